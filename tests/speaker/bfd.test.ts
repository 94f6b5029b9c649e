// What BFD says through the speaker: to configured peers and to those of listen ranges, at any time.
import { expect, test } from "vitest";
import { bfdStrict } from "../../packages/core/src/message/capability.ts";
import { SpeakerDriver } from "../support/speaker-driver.ts";
import { capability, keepalive, open, usualCapabilities } from "../support/wire.ts";

test("down ends the session of a peer, and its plugin hears why", async () => {
  const d = new SpeakerDriver();
  const { peer, link } = await d.up();
  peer.bfd("up");
  expect(d.heard).toEqual(["up"]);
  peer.bfd("down");
  expect(link.said.at(-1)).toBe("NOTIFICATION 6/10");
  expect(d.heard).toEqual(["up", "close bfd"]);
  expect(peer.view()).toMatchObject({ bfd: "down", lastClose: { cause: "bfd", text: "BFD has lost the peer" } });
});

test("up opens the gate of strict mode, from inside a callback too", async () => {
  const d = new SpeakerDriver();
  const peer = d.add({ capabilities: [bfdStrict()] });
  await d.speaker.start();
  const link = d.transport.dialled.connect();
  link.say(open({ capabilities: [...usualCapabilities(65002), capability(74)] }));
  link.say(keepalive());
  expect([peer.state, link.said]).toEqual(["OpenSent", ["OPEN"]]);
  expect(peer.view().connections[0]!.awaitsBfd).toBe(true);
  peer.bfd("up");
  expect([peer.state, link.said]).toEqual(["Established", ["OPEN", "KEEPALIVE"]]);
  expect(d.heard).toEqual(["up"]);
});

test("nothing happens to a peer that is gone, and a status that is none is a mistake", async () => {
  const d = new SpeakerDriver();
  const { peer } = await d.up();
  expect(() => peer.bfd("sideways" as "up")).toThrow(/^status: "sideways" is none/);
  d.speaker.deletePeer(peer.id);
  peer.bfd("down");
  expect(d.heard).toEqual(["up", "close administrative"]);
});
