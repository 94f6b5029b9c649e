// A speaker with a recorder: all of its peers, at run time, through everything that callbacks do, written down and done again.
import { replayInputLog } from "@bgpwire/capture";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../packages/core/src/fault.ts";
import { dynamicCapability, multiprotocol } from "../../packages/core/src/message/capability.ts";
import type { MachineCall, Recorder } from "../../packages/core/src/peer/recorder.ts";
import type { Session } from "../../packages/core/src/speaker/plugin.ts";
import { SpeakerMachine } from "../../packages/core/src/speaker/speaker-machine.ts";
import { entriesOf, Recording } from "../support/recording.ts";
import { settled } from "../support/scripted-transport.ts";
import { OPTIONS, SpeakerDriver } from "../support/speaker-driver.ts";
import {
  capability,
  concat,
  keepalive,
  message,
  notification,
  open,
  routeRefresh,
  update,
  usualCapabilities,
} from "../support/wire.ts";
import { unhandledRejections } from "../support/unhandled-rejections.ts";

/** The calls that a log has, as `type` or, of inputs and outputs, theirs. */
function namesIn(file: Uint8Array): string[] {
  return entriesOf(file).flatMap((entry) => {
    if (entry.kind !== "call") return [];
    const { call } = entry;
    return call.type === "input"
      ? [call.input.type]
      : call.type === "output"
        ? [call.output?.type ?? "quiet"]
        : [call.type];
  });
}

function expectSame(file: Uint8Array): void {
  const again = new Recording();
  const { difference, problem } = replayInputLog(file, again.recorder);
  expect(problem).toBeNull();
  expect(difference).toBeNull();
  expect(again.file).toEqual(file);
}

describe("what is recorded is replayed bit-exactly", () => {
  test("sessions, with what plugins do while outputs are carried out", async () => {
    const recording = new Recording();
    const d = new SpeakerDriver({ recorder: recording.recorder });
    const sent: string[] = [];
    const plugin = d.plugin("", {
      getCapabilities: async () => [{ name: "routeRefresh", code: 2 }],
      onOpenMessage: async () => null,
      onEstablished: (session: Session) => {
        // From inside a callback, and into a session that takes little.
        for (let i = 0; i < 8; i += 1) sent.push(session.sendUpdate(new Uint8Array(200)).status);
        session.sendRouteRefresh(1, 1);
        return (slice) => (slice.end - slice.start > 4 ? { code: 3, subcode: 1, data: new Uint8Array(0) } : null);
      },
    });
    d.add({ sendHighWaterMark: 1000, holdTime: 9 }, plugin);
    await d.speaker.start();
    const link = d.transport.dialled.connect();
    await settled();
    link.establish();
    await settled();
    expect(sent).toContain("sent");
    expect(sent).toContain("blocked");
    link.taken();
    d.transport.advance(3500);
    // Three UPDATEs at once: the second is refused, the third is never read.
    link.say(update(), routeRefresh(), update(new Uint8Array(100)), update());
    await settled();
    d.transport.advance(30_000);
    d.transport.dialled.events!.failed("ECONNREFUSED");
    d.transport.advance(100_000);
    await d.speaker.stop("enough");
    const names = namesIn(recording.file);
    for (const name of [
      "made start dial connected ask openParameters openVerdict open state up sendUpdate sendRouteRefresh writable",
      "unsent bytes update refresh fail notified down ended dialFailed tick stop idle quiet",
    ].flatMap((line) => line.split(" "))) {
      expect(names).toContain(name);
    }
    expectSame(recording.file);
  });

  test("capabilities that change", async () => {
    const recording = new Recording();
    const d = new SpeakerDriver({ recorder: recording.recorder });
    const capabilities = [multiprotocol(1, 1), dynamicCapability()];
    const change = { action: "advertise", capability: multiprotocol(2, 1) } as const;
    d.add({ capabilities }, d.plugin("", { onCapabilities: (session) => void session.sendCapabilities([change]) }));
    await d.speaker.start();
    const link = d.transport.dialled.connect();
    const theirs = open({ capabilities: [...usualCapabilities(65002), capability(67)] });
    link.say(concat(theirs, keepalive(), message(6, Uint8Array.of(0, 1, 4, 0, 2, 0, 1)), update("0000 0000")));
    expect(link.said.at(-1)).toBe("CAPABILITY 00010400020001");
    const names = namesIn(recording.file);
    expect(names.filter((name) => name === "capabilities")).toHaveLength(2);
    expect(names).toContain("sendCapabilities");
    expectSame(recording.file);
  });

  test("peers that are added, changed, reset, disabled, made by a listen range and deleted", async () => {
    const recording = new Recording();
    const d = new SpeakerDriver({ recorder: recording.recorder, listen: [{ address: "::", port: 179 }] });
    await d.speaker.start();
    const peer = d.add();
    d.transport.dialled.connect().establish();
    expect(d.speaker.changePeer("192.0.2.2", { holdTime: 30 })).toBe("kept");
    expect(d.speaker.changePeer("192.0.2.2", { localAs: 65009 })).toBe("reset");
    await settled();
    d.transport.advance(5000);
    d.transport.dialled.connect().establish();
    peer.reset("again");
    peer.disable();
    peer.enable();
    d.speaker.addListenRange({ prefix: "198.51.100.0/24", localAs: 65001, remoteAs: "any" }, d.plugin());
    for (const host of [1, 2]) {
      const link = d.listener.connect(`198.51.100.${host}`);
      link.say(open({ as: 65_000 + host }), keepalive(), notification(6, 4));
      await settled();
    }
    d.speaker.deletePeer("192.0.2.2");
    d.add();
    await d.speaker.stop();
    const names = namesIn(recording.file);
    // Peers of the range end with their last connection; whoever comes again is another machine.
    expect(names.filter((name) => name === "made")).toHaveLength(4);
    expect(names.filter((name) => name === "removed")).toHaveLength(3);
    expect(names.filter((name) => name === "changed")).toHaveLength(2);
    expectSame(recording.file);
  });

  test("time that stands still for a peer that is overdue", () => {
    const recording = new Recording();
    const machine = new SpeakerMachine<null>({ routerId: "10.0.0.1", seed: 1, recorder: recording.recorder });
    const drain = (): void => {
      while (machine.poll() !== null);
    };
    const peer = machine.add(0, { ...OPTIONS, passive: true, holdTime: 9 }, () => null);
    machine.start(0);
    const endpoints = { localAddress: "192.0.2.1", localPort: 179, remoteAddress: "192.0.2.2", remotePort: 40_000 };
    const accepted = machine.accept(0, endpoints);
    if (accepted.peer === null) throw new Error(accepted.why);
    machine.handle(1, peer, { type: "bytes", conn: accepted.conn, chunk: concat(open(), keepalive()) });
    drain();
    // Later than the hold time: sending must not let it expire before the bytes that wait are read.
    expect(machine.sendUpdate(60_000, peer, accepted.conn, new Uint8Array(4)).status).toBe("sent");
    drain();
    machine.handle(60_000, peer, { type: "bytes", conn: accepted.conn, chunk: keepalive() });
    drain();
    const moments = entriesOf(recording.file).flatMap((entry) =>
      entry.kind === "call" && "now" in entry.call ? [entry.call.now] : [],
    );
    expect(moments).toContain(Number.NEGATIVE_INFINITY);
    expectSame(recording.file);
  });
});

test("an input that the machine refuses has moved its time, and nothing else", () => {
  const calls: MachineCall[] = [];
  const recorder: Recorder = { record: (_peer, call) => void calls.push(call) };
  const machine = new SpeakerMachine<null>({ routerId: "10.0.0.1", seed: 1, recorder });
  const peer = machine.add(0, OPTIONS, () => null);
  const wrong = { type: "fail", conn: 2, notification: { code: 999, subcode: 0, data: new Uint8Array(0) } } as const;
  expect(() => machine.handle(7, peer, wrong)).toThrow(ConfigError);
  expect(calls.at(-1)).toEqual({ type: "input", now: 7, input: { type: "tick" } });
});

test("a recorder that throws is told nothing more and costs no session; the platform reports it", async () => {
  const reported = await unhandledRejections(async () => {
    let told = 0;
    const recorder: Recorder = {
      record: () => {
        told += 1;
        if (told === 5) throw new Error("no room");
      },
    };
    const { session } = await new SpeakerDriver({ recorder }).up();
    expect(session.sendUpdate(new Uint8Array(4)).status).toBe("sent");
    expect(told).toBe(5);
  });
  expect(reported).toEqual([new Error("no room")]);
});

test("a recorder that cannot be one is refused with its field", () => {
  expect(() => new SpeakerDriver({ recorder: {} as never })).toThrow(
    new ConfigError("invalid-value", "recorder", "{} is not an object with a function record"),
  );
});
