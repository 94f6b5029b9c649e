// What a monitored router of ours sends over the life of several connections, as a station reads it.
import { fourOctetAs, multiprotocol, negotiate, type CloseReason, type OpenMessage } from "@bgpwire/core";
import { asPath, createContext, encodeUpdate, nextHop, origin } from "@bgpwire/decoder";
import { expect, test } from "vitest";
import { decodeBmpMessage, type BmpMessage } from "./message.ts";
import { BmpTerminationReason } from "./numbers.ts";
import { BmpSender } from "./sender.ts";
import type { BmpSession } from "./writer.ts";

const TIME = { seconds: 1_700_000_000, nanoseconds: 0 };
const LATER = { seconds: 1_700_000_100, nanoseconds: 0 };
const LOST: CloseReason = { cause: "transport", notification: null, text: "reset" };

function open(myAs: number, identifier: string): OpenMessage {
  return { version: 4, myAs, holdTime: 90, identifier, capabilities: [multiprotocol(1, 1), fourOctetAs(myAs)] };
}

function sessionWith(remoteAddress: string): BmpSession {
  return {
    endpoints: { localAddress: "192.0.2.1", localPort: 179, remoteAddress, remotePort: 40000 },
    negotiated: negotiate(open(65001, "192.0.2.1"), open(65002, remoteAddress)),
  };
}

function update(prefix: string): Uint8Array {
  return encodeUpdate(
    { attributes: [origin("igp"), asPath([65002]), nextHop("192.0.2.2")], nlri: [{ prefix }] },
    createContext(),
  );
}

/** The messages that wait. */
function sent(sender: BmpSender): BmpMessage[] {
  const messages: BmpMessage[] = [];
  for (let batch = sender.take(); batch !== null; batch = sender.take()) {
    for (let start = 0; start < batch.length;) {
      const end = start + new DataView(batch.buffer, batch.byteOffset).getUint32(start + 1);
      messages.push(decodeBmpMessage({ buffer: batch, start, end })!);
      start = end;
    }
  }
  return messages;
}

const kinds = (sender: BmpSender): string[] => sent(sender).map(({ kind }) => kind);

test("RFC 7854 section 3.3: Initiation, Peer Ups, routes, changes, Peer Down, Termination", () => {
  const sender = new BmpSender({ sysName: "r1", sysDescr: "bgpwire" });
  const [one, other] = [sessionWith("192.0.2.2"), sessionWith("192.0.2.3")];
  sender.up(one, TIME);
  sender.update(one, "adjRibIn", update("198.51.100.0/24"), TIME);
  expect(sender.waiting).toBe(0);

  expect(sender.connected()).toEqual([one]);
  sender.update(one, "adjRibIn", update("198.51.100.0/24"), LATER);
  sender.up(other, LATER);
  sender.update(other, "adjRibOutPost", update("203.0.113.0/24"), LATER);
  sender.statistics(one, [{ name: "updatesTreatedAsWithdraw", type: 11, value: 1 }], LATER);
  sender.down(other, LOST, LATER);
  sender.terminate(BmpTerminationReason.AdministrativelyClosed, "bye");
  const messages = sent(sender);
  expect(messages).toMatchObject([
    { kind: "initiation", tlvs: [{ text: "bgpwire" }, { text: "r1" }] },
    // When it came up, not when the station was told.
    { kind: "peerUp", peer: { address: "192.0.2.2", as: 65002, seconds: TIME.seconds }, localPort: 179 },
    { kind: "routeMonitoring", peer: { address: "192.0.2.2", flags: 0, seconds: LATER.seconds } },
    { kind: "peerUp", peer: { address: "192.0.2.3" } },
    { kind: "routeMonitoring", peer: { address: "192.0.2.3", flags: 0x50 } },
    { kind: "statisticsReport", statistics: [{ name: "updatesTreatedAsWithdraw", value: 1 }] },
    { kind: "peerDown", peer: { address: "192.0.2.3" }, reason: 4 },
    { kind: "termination", tlvs: [{ code: 0 }, { text: "bye" }] },
  ]);
  expect(messages).toHaveLength(8);
  // Nothing follows a Termination.
  sender.down(one, LOST, LATER);
  expect(sender.waiting).toBe(0);
});

test("a second connection begins anew, with the sessions that are up by then", () => {
  const sender = new BmpSender({ sysName: "r1", sysDescr: "bgpwire" });
  const [one, other] = [sessionWith("192.0.2.2"), sessionWith("192.0.2.3")];
  sender.connected();
  sender.up(one, TIME);
  sender.up(other, TIME);
  sender.disconnected();
  sender.down(one, LOST, LATER);
  expect(sender.waiting).toBe(0);
  expect(sender.connected()).toEqual([other]);
  expect(kinds(sender)).toEqual(["initiation", "peerUp"]);
});

test("of a session that is not up nothing is told", () => {
  const sender = new BmpSender({ sysName: "r1", sysDescr: "bgpwire" });
  const session = sessionWith("192.0.2.2");
  sender.connected();
  sender.update(session, "adjRibIn", update("198.51.100.0/24"), TIME);
  sender.down(session, LOST, TIME);
  expect(kinds(sender)).toEqual(["initiation"]);
});

test("says when octets begin to wait, and gives up a station that is too slow instead of keeping more", () => {
  let woken = 0;
  const sender = new BmpSender({ sysName: "r1", sysDescr: "bgpwire", limit: 1000 });
  sender.onWaiting = () => (woken += 1);
  const session = sessionWith("192.0.2.2");
  sender.connected();
  sender.up(session, TIME);
  expect(woken).toBe(1);
  expect(kinds(sender)).toEqual(["initiation", "peerUp"]);
  for (let i = 0; !sender.overflowed; i += 1) {
    expect(i).toBeLessThan(20);
    sender.update(session, "adjRibIn", update("198.51.100.0/24"), TIME);
    expect(sender.waiting).toBeLessThanOrEqual(1000);
  }
  expect(woken).toBe(3);
  sender.update(session, "adjRibIn", update("198.51.100.0/24"), TIME);
  expect(sender.take()).toBeNull();
  // The next connection is a new attempt.
  expect(sender.connected()).toEqual([session]);
  expect(sender.overflowed).toBe(false);
  expect(kinds(sender)).toEqual(["initiation", "peerUp"]);
});
