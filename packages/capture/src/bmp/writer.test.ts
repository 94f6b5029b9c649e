// What our side sends as a monitored router, and what a station makes of it.
import {
  addPath,
  encodeMessage,
  fourOctetAs,
  multiprotocol,
  negotiate,
  toHex,
  type Capability,
  type CloseReason,
  type Family,
  type Notification,
  type Slice,
} from "@bgpwire/core";
import { asPath, createContext, encodeUpdate, endOfRib, nextHop, origin, sendContextOf } from "@bgpwire/decoder";
import { describe, expect, test } from "vitest";
import type { CaptureEvent } from "../event.ts";
import { decodeBmpMessage, type BmpMessage } from "./message.ts";
import { BmpTerminationReason } from "./numbers.ts";
import { BmpStation } from "./station.ts";
import { BmpWriter, type BmpLocRib, type BmpSession } from "./writer.ts";

const IPV4: Family = { afi: 1, safi: 1 };
const TIME = { seconds: 1600000000, nanoseconds: 123_456_789 };
const writer = new BmpWriter({ sysName: "r1", sysDescr: "bgpwire" });

function open(
  myAs: number,
  identifier: string,
  ...capabilities: readonly Capability[]
): BmpSession["negotiated"]["localOpen"] {
  return { version: 4, myAs, holdTime: 180, identifier, capabilities: [multiprotocol(1, 1), ...capabilities] };
}

/** We receive several paths of the peer, and send one. */
const SESSION: BmpSession = {
  endpoints: { localAddress: "192.0.2.1", localPort: 179, remoteAddress: "192.0.2.2", remotePort: 40000 },
  negotiated: negotiate(
    open(65001, "198.51.100.1", fourOctetAs(65001), addPath([{ ...IPV4, direction: "receive" }])),
    open(23456, "198.51.100.2", fourOctetAs(4200000000), addPath([{ ...IPV4, direction: "send" }])),
  ),
};

const OLD_PEER: BmpSession = {
  endpoints: { localAddress: "fe80::1%eth0", localPort: 40000, remoteAddress: "fe80::2%eth0", remotePort: 179 },
  negotiated: negotiate(open(65001, "198.51.100.1", fourOctetAs(65001)), open(65003, "198.51.100.3")),
};

const LOC_RIB: BmpLocRib = {
  as: 4200000001,
  identifier: "198.51.100.1",
  families: [IPV4],
  addPath: [IPV4],
  name: "global",
};

function read(octets: Uint8Array): BmpMessage {
  return decodeBmpMessage({ buffer: octets, start: 0, end: octets.length })!;
}

/** What a station is told by these messages. */
function told(...messages: readonly Uint8Array[]): CaptureEvent[] {
  const station = new BmpStation();
  const events: CaptureEvent[] = [];
  for (const message of messages) {
    station.push(message);
    for (let event = station.next(); event !== null; event = station.next()) events.push(event);
  }
  return events;
}

function update(options: Parameters<typeof createContext>[0]): Uint8Array {
  const attributes = [origin("igp"), asPath([65002]), nextHop("192.0.2.2")];
  return encodeUpdate({ attributes, nlri: [{ prefix: "203.0.113.0/24", pathId: 7 }] }, createContext(options));
}

function hexOf({ buffer, start, end }: Slice): string {
  return toHex(buffer.subarray(start, end));
}

test("RFC 7854 section 4.3: an Initiation has sysDescr and sysName, and what else there is to say", () => {
  expect(read(writer.initiation(["one", "two"]))).toEqual({
    kind: "initiation",
    version: 3,
    tlvs: [
      { name: "sysDescr", type: 1, text: "bgpwire" },
      { name: "sysName", type: 2, text: "r1" },
      { name: "string", type: 0, text: "one" },
      { name: "string", type: 0, text: "two" },
    ],
  });
});

describe("RFC 7854 section 4.10: Peer Up", () => {
  test("a station learns both ends and what was agreed", () => {
    const [up, information] = told(writer.peerUp(SESSION, TIME, ["type=transit"]));
    expect(up).toMatchObject({
      kind: "up",
      seconds: 1600000000,
      nanoseconds: 123_456_000,
      direction: {
        sender: { address: "192.0.2.2", port: 40000, as: 4200000000, bgpIdentifier: "198.51.100.2" },
        receiver: { address: "192.0.2.1", port: 179, as: 65001, bgpIdentifier: "198.51.100.1" },
        context: { addPath: [IPV4], fourOctetAs: true, session: "ebgp", localAs: 65001, peerAs: 4200000000 },
        guessed: false,
      },
    });
    expect(information).toMatchObject({ values: { tlvs: [{ name: "adminLabel", text: "type=transit" }] } });
  });

  test("an IPv6 peer has the V flag, and addresses lose their zone", () => {
    expect(read(writer.peerUp(OLD_PEER, null))).toMatchObject({
      peer: { flags: 0x80, address: "fe80::2", seconds: 0, microseconds: 0 },
      localAddress: "fe80::1",
    });
  });

  test("RFC 9069 section 5: a Loc-RIB is a peer of type 3 with OPENs that say how it is written", () => {
    const message = read(writer.peerUp(LOC_RIB, TIME));
    expect(message).toMatchObject({
      peer: {
        type: 3,
        flags: 0,
        distinguisher: "0:0",
        address: "0.0.0.0",
        as: 4200000001,
        bgpIdentifier: "198.51.100.1",
      },
      localAddress: "0.0.0.0",
      localPort: 0,
      remotePort: 0,
      tlvs: [{ name: "vrfTableName", type: 3, text: "global" }],
    });
    expect(message.kind === "peerUp" && hexOf(message.sentOpen!) === hexOf(message.receivedOpen!)).toBe(true);
    const [, , route] = told(
      writer.peerUp(LOC_RIB, TIME),
      writer.locRibMonitoring(LOC_RIB, update({ addPath: [IPV4] }), TIME),
    );
    expect(route).toMatchObject({ direction: { rib: "locRib", guessed: false, context: { addPath: [IPV4] } } });
  });
});

describe("RFC 7854 section 4.6, RFC 8671 section 4: Route Monitoring", () => {
  test.each([
    ["adjRibIn", 0x00, [IPV4]],
    ["adjRibInPost", 0x40, [IPV4]],
    ["adjRibOut", 0x10, []],
    ["adjRibOutPost", 0x50, []],
  ] as const)("%s", (rib, flags, paths) => {
    const body = update({ addPath: paths });
    const octets = writer.routeMonitoring(SESSION, rib, body, TIME);
    expect(read(octets)).toMatchObject({ peer: { flags, address: "192.0.2.2", as: 4200000000, seconds: 1600000000 } });
    const [, route] = told(writer.peerUp(SESSION, TIME), octets);
    expect(route).toMatchObject({
      kind: "message",
      type: 2,
      direction: { rib, guessed: false, context: { addPath: paths } },
    });
    expect(route?.kind === "message" && hexOf(route)).toBe(toHex(encodeMessage(2, body)));
  });

  test("a session with AS numbers of two octets has the A flag", () => {
    const body = encodeUpdate({ attributes: [asPath([65001])] }, sendContextOf(OLD_PEER.negotiated));
    const octets = writer.routeMonitoring(
      OLD_PEER,
      "adjRibOutPost",
      { buffer: body, start: 0, end: body.length },
      null,
    );
    expect(read(octets)).toMatchObject({ peer: { flags: 0x80 | 0x40 | 0x20 | 0x10 } });
    expect(told(writer.peerUp(OLD_PEER, null), octets)[1]).toMatchObject({
      direction: { context: { fourOctetAs: false } },
    });
  });
});

function names(mirroring: BmpMessage): unknown {
  return mirroring.kind === "routeMirroring" && mirroring.tlvs.map(({ name }) => name);
}

test("RFC 7854 section 4.7: a message that is mirrored stands behind what is said of it; each may be alone", () => {
  const buffer = encodeMessage(4, new Uint8Array(0));
  const message = { buffer, start: 0, end: buffer.length };
  expect(names(read(writer.routeMirroring(SESSION, message, 0, TIME)))).toEqual(["information", "bgpMessage"]);
  expect(names(read(writer.routeMirroring(SESSION, message, null, TIME)))).toEqual(["bgpMessage"]);
  expect(names(read(writer.routeMirroring(SESSION, null, 1, TIME)))).toEqual(["information"]);
});

test("RFC 7854 section 4.8: statistics of a session and of a Loc-RIB", () => {
  const statistics = [{ name: "locRibRoutes", type: 8, value: "1000000" }] as const;
  expect(read(writer.statistics(LOC_RIB, statistics, TIME))).toMatchObject({ peer: { type: 3 }, statistics });
  expect(read(writer.statistics(SESSION, statistics, TIME))).toMatchObject({ peer: { type: 0 }, statistics });
});

function reason(cause: CloseReason["cause"], notification: Notification | null): CloseReason {
  return { cause, notification, text: "" };
}

describe("RFC 7854 section 4.9: Peer Down", () => {
  const cease: Notification = { code: 6, subcode: 2, data: new Uint8Array(0) };
  test.each<readonly [CloseReason, number, string]>([
    [reason("administrative", cease), 1, "the router closed the session: Cease/Administrative Shutdown"],
    [reason("timer", { ...cease, code: 4, subcode: 0 }), 1, "the router closed the session: Hold Timer Expired"],
    [reason("local", null), 2, "the router closed the session without NOTIFICATION"],
    [reason("remote", cease), 3, "the peer closed the session: Cease/Administrative Shutdown"],
    [reason("transport", null), 4, "the peer closed the session without NOTIFICATION"],
  ])("%# of the core's reasons", (why, number, text) => {
    const octets = writer.peerDown(SESSION, why, TIME);
    expect(read(octets)).toMatchObject({ reason: number });
    expect(told(writer.peerUp(SESSION, TIME), octets)[1]).toMatchObject({ kind: "down", reason: text });
  });

  test("what is not monitored any more: reason 5, and 6 with the name of a table", () => {
    expect(read(writer.peerNotMonitored(SESSION, TIME))).toMatchObject({ reason: 5, tlvs: [] });
    const tlvs = [{ name: "vrfTableName", type: 3, text: "global" }];
    expect(read(writer.peerNotMonitored(LOC_RIB, TIME))).toMatchObject({ reason: 6, tlvs });
  });
});

test("RFC 7854 section 4.5: a Termination has a reason, and words where there are any", () => {
  const { OutOfResources } = BmpTerminationReason;
  expect(read(writer.termination(OutOfResources))).toMatchObject({ tlvs: [{ name: "reason", code: 2 }] });
  expect(read(writer.termination(OutOfResources, "full"))).toMatchObject({ tlvs: [{ code: 2 }, { text: "full" }] });
});

describe("a station", () => {
  test("knows the router, its peers, and what is complete of their tables", () => {
    const station = new BmpStation();
    const say = (octets: Uint8Array): void => {
      station.push(octets);
      while (station.next() !== null);
    };
    expect(station.router).toBeNull();
    say(writer.initiation(["lab"]));
    expect(station.router).toEqual({ sysName: "r1", sysDescr: "bgpwire", strings: ["lab"] });
    say(writer.peerUp(SESSION, TIME));
    say(writer.peerUp(LOC_RIB, null));
    say(writer.routeMonitoring(SESSION, "adjRibIn", update({ addPath: [IPV4] }), TIME));
    say(writer.routeMonitoring(SESSION, "adjRibIn", endOfRib(IPV4), TIME));
    say(writer.routeMonitoring(SESSION, "adjRibOutPost", endOfRib({ afi: 2, safi: 1 }), TIME));
    expect([...station.peers.values()]).toMatchObject([
      {
        direction: { sender: { address: "192.0.2.2" } },
        since: { seconds: 1600000000 },
        messages: 3,
        complete: [
          { rib: "adjRibIn", afi: 1, safi: 1 },
          { rib: "adjRibOutPost", afi: 2, safi: 1 },
        ],
      },
      { direction: { sender: { bgpIdentifier: "198.51.100.1" } }, messages: 0, complete: [] },
    ]);
    say(writer.peerDown(SESSION, { cause: "transport", notification: null, text: "" }, TIME));
    expect([...station.peers.keys()]).toEqual([1]);
    expect(station.closing).toBeNull();
  });

  test("RFC 7854 section 4.5: closes behind a Termination", () => {
    const station = new BmpStation();
    station.push(writer.termination(BmpTerminationReason.PermanentlyAdministrativelyClosed, "bye"));
    expect(station.closing).toBeNull();
    expect(station.next()?.kind).toBe("information");
    expect(station.closing).toBe('the router ends the session: administratively closed for good: "bye"');
  });

  test("closes what does not speak BMP, at once", () => {
    const station = new BmpStation();
    station.push(Uint8Array.from("GET / HTTP/1.1\r\n", (character) => character.charCodeAt(0)));
    expect(station.next()).toBeNull();
    expect(station.closing).toBe("what the router sends is not BMP: version 71");
    station.end();
    expect(station.next()).toMatchObject({ kind: "problem", skipped: 16 });
  });
});
