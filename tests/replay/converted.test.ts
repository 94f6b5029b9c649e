// Sessions of MRT written as packets: the OPENs that are made up for them, and all that follows, are such as our FSM plays.
import { readFileSync } from "node:fs";
import { captureEvents, PcapWriter, readAll, replay, sessionsOf } from "@bgpwire/capture";
import { expect, test } from "vitest";
import { converted } from "../support/conversion.ts";

test("every session of a recording of GoBGP's collector is established and goes as it is written", () => {
  const file = new URL("../fixtures/recorded/gobgp-updates.mrt", import.meta.url);
  const events = readAll(captureEvents(), new Uint8Array(readFileSync(file)));
  const sessions = [...sessionsOf(converted(events, new PcapWriter())).values()].map((session) => replay(session));
  expect(sessions.length).toBeGreaterThan(5);
  for (const side of sessions.flatMap(({ sides }) => sides)) {
    expect(side).toMatchObject({ replayed: true, differences: [] });
    expect(side.replayed && side.states.map(({ state }) => state)).toContain("Established");
  }
});
