// A peer that resets its connection (RST), in every state and in the middle of a message, over real sockets: the connection is
// over, the peer may come again, and no other session notices.
import { describe, expect, test } from "vitest";
import { until } from "../support/real-time.ts";
import type { SocketPeer } from "../support/socket-peer.ts";
import { MANY_ADDRESSES, SocketWorld } from "../support/socket-world.ts";
import { keepalive, open, update } from "../support/wire.ts";

/** What is said before the reset, and the state that the speaker is in then. */
const MOMENTS = [
  ["OpenSent", [], "OpenSent"],
  ["OpenSent, in the middle of the OPEN", [open().subarray(0, 25)], "OpenSent"],
  ["OpenConfirm", [open()], "OpenConfirm"],
  ["OpenConfirm, in the middle of the KEEPALIVE", [open(), keepalive().subarray(0, 18)], "OpenConfirm"],
  ["Established", [open(), keepalive()], "Established"],
  ["Established, in the middle of an UPDATE", [open(), keepalive(), update().subarray(0, 21)], "Established"],
] as const;

const LOST = /reset|ECONNRESET|EPIPE|closed/;

describe.skipIf(!MANY_ADDRESSES).each(["inbound", "outbound"] as const)(
  "an %s connection that is reset",
  (direction) => {
    test.each(MOMENTS)("in %s", async (_, said, state) => {
      const world = await SocketWorld.make();
      const peer = world.addTrouble({ passive: direction === "inbound" });
      const connection = (): Promise<SocketPeer> => (direction === "inbound" ? world.dial() : world.dialled());
      for (let round = 1; round <= 3; round += 1) {
        const raw = await connection();
        raw.say(...said);
        await until(() => peer.state === state, state);
        await world.bystander.exchange();
        raw.reset();
        await until(() => world.ends.length === round, "the end");
        expect(world.ends.at(-1)).toMatch(LOST);
        expect(peer.view().connections).toEqual([]);
        await world.bystander.exchange();
      }
      (await connection()).establish();
      await until(() => peer.state === "Established", "the session afterwards");
      await world.stop();
    });
  },
);

describe.skipIf(!MANY_ADDRESSES)("a peer that resets", () => {
  test("what dials it, again and again, is dialled again and again", async () => {
    const world = await SocketWorld.make();
    world.place.onPeer = (raw) => raw.reset();
    const peer = world.addTrouble({ passive: false, connectRetryTimeMax: 0.05 });
    await until(() => world.place.peers.length >= 20, "20 dials");
    await world.bystander.exchange();
    world.place.onPeer = (raw) => void raw.establish();
    await until(() => peer.state === "Established", "the session afterwards");
    await world.stop();
  });

  test("where nobody listens (a RST for the SYN) is dialled again and again", async () => {
    const world = await SocketWorld.make();
    world.place.close();
    const peer = world.addTrouble({ passive: false, connectRetryTimeMax: 0.05 });
    const refused = (): number => world.events.filter(({ type }) => type === "dialFailed").length;
    await until(() => refused() >= 20, "20 refusals");
    await world.bystander.exchange();
    expect(["Connect", "Active"]).toContain(peer.state);
    await world.stop();
  });

  test("while it is being sent more than it takes: sends say closed, and what waited is forgotten", async () => {
    const world = await SocketWorld.make();
    let status = "";
    const peer = world.addTrouble(
      {},
      {
        onEstablished: (session) => {
          void (async () => {
            while (status !== "closed") {
              ({ status } = session.sendUpdate(new Uint8Array(4000)));
              if (status === "blocked") await session.writable();
            }
          })();
        },
      },
    );
    for (let round = 1; round <= 3; round += 1) {
      status = "";
      const raw = await world.dial();
      raw.socket.pause();
      raw.establish();
      await until(() => status === "blocked", "no more room");
      await world.bystander.exchange();
      raw.reset();
      await until(() => status === "closed", "the end of the sending");
      await until(() => peer.view().connections.length === 0, "the end");
      await world.bystander.exchange();
    }
    expect(world.ends.length).toBe(3);
    await world.stop();
  });
});
