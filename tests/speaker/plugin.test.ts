// The plugin face: what a user's callbacks are told, what their answers do, and what their failures cost.
import { describe, expect, test } from "vitest";
import { SpeakerDriver } from "../support/speaker-driver.ts";
import { keepalive, update } from "../support/wire.ts";

describe("a session", () => {
  test("comes up, hears UPDATEs and goes", async () => {
    const d = new SpeakerDriver();
    const { link } = await d.up();
    expect(link.said).toEqual(["OPEN", "KEEPALIVE"]);
    link.say(update("0000 0000"), keepalive(), update("0001 0800 00"));
    link.events!.closed("ECONNRESET");
    expect(d.heard).toEqual(["up", "update 00000000", "update 0001080000", "close transport"]);
  });
});
