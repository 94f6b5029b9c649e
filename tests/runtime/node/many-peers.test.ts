// A thousand configured peers in one process, a hundred of them established over loopback: what the others cost is a dial now
// and then, and no file descriptor in between.
import { readdirSync } from "node:fs";
import type { SpeakerEvent } from "@bgpwire/core";
import { createSpeaker } from "@bgpwire/transport-node";
import { expect, test } from "vitest";
import { until } from "../../support/real-time.ts";

const ESTABLISHED = 100;
const UNREACHABLE = 900;
const LOCAL = "127.0.0.1";

/** An address of this machine for each peer. */
function address(index: number): string {
  return `127.1.${index >> 8}.${index & 0xff}`;
}

/** Every second one of the established dials, the others are dialled. */
function dials(index: number): boolean {
  return index % 2 === 0;
}

function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

test.skipIf(process.platform !== "linux")("a thousand peers, of which a hundred are there", async () => {
  const before = descriptors();
  const events: SpeakerEvent[] = [];
  const others = createSpeaker({ routerId: "192.0.2.1", listen: [{ address: "0.0.0.0", port: 0 }] });
  await others.start();
  const many = createSpeaker({
    routerId: "192.0.2.2",
    listen: [{ address: LOCAL, port: 0 }],
    onEvent: (event) => events.push(event),
  });
  for (let i = 0; i < ESTABLISHED; i += 1) {
    const remotePort = others.listeners[0]!.port;
    const place = { remoteAddress: address(i), localAddress: LOCAL, remotePort, passive: dials(i) };
    many.addPeer({ ...place, localAs: 65002, remoteAs: 65001, connectRetryTime: 0.5, idleHoldTime: 0.5 });
  }
  for (let i = ESTABLISHED; i < ESTABLISHED + UNREACHABLE; i += 1) {
    // The discard port: nobody listens there.
    const place = { remoteAddress: address(i), localAddress: LOCAL, remotePort: 9 };
    many.addPeer({ ...place, localAs: 65002, remoteAs: 65001, connectRetryTime: 3600, connectRetryTimeMax: 3600 });
  }
  await many.start();
  for (let i = 0; i < ESTABLISHED; i += 1) {
    const remotePort = many.listeners[0]!.port;
    const place = { remoteAddress: LOCAL, localAddress: address(i), remotePort, passive: !dials(i) };
    others.addPeer({ ...place, localAs: 65001, remoteAs: 65002, connectRetryTime: 0.5, idleHoldTime: 0.5 });
  }

  const up = (speaker: typeof many): number => speaker.peers().filter(({ state }) => state === "Established").length;
  await until(() => up(many) === ESTABLISHED && up(others) === ESTABLISHED, "a hundred sessions");
  const failures = (): string[] =>
    events.flatMap((event) => (event.type === "dialFailed" && event.peer.state !== "Established" ? event.peer.id : []));
  const unreachable = Array.from({ length: UNREACHABLE }, (_, i) => address(ESTABLISHED + i));
  await until(() => new Set(failures()).size >= UNREACHABLE, "all other dials failed");
  expect(failures().toSorted()).toEqual(unreachable.toSorted());
  expect(events.filter(({ type }) => type === "pluginError" || type === "idle")).toEqual([]);
  // Both ends of each session, and two listeners.
  await until(() => descriptors() <= before + 2 * ESTABLISHED + 2 + 5, "no descriptors of dials that failed");

  await Promise.all([many.stop(), others.stop()]);
  expect(up(many)).toBe(0);
  await until(() => descriptors() <= before + 5, "no descriptors of sessions that ended");
});
