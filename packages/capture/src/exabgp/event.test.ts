// What is told in ExaBGP's words beside UPDATEs, which tests/foreign/exabgp.test.ts compares with its own.
import { encodeMessage, MessageType } from "@bgpwire/core";
import { createContext } from "@bgpwire/decoder";
import { expect, test } from "vitest";
import { EventReading } from "../reading.ts";
import { exabgpJson } from "./event.ts";

const context = createContext();

function told(type: number, body: Uint8Array): unknown {
  const buffer = encodeMessage(type, body);
  const sender = { address: "192.0.2.1", port: null, as: 65001, bgpIdentifier: null };
  const receiver = { address: "192.0.2.2", port: null, as: 65002, bgpIdentifier: null };
  const direction = { session: 0, sender, receiver, context, guessed: false, rib: null };
  const at = { seconds: 1000, nanoseconds: 500_000_000, offset: 0 };
  return exabgpJson(
    new EventReading({ kind: "message", ...at, direction, type, buffer, start: 0, end: buffer.length }),
  );
}

const NEIGHBOR = { address: { local: "192.0.2.2", peer: "192.0.2.1" }, asn: { local: 65002, peer: 65001 } };

test.each([
  [
    { afi: 1, safi: 1 },
    { afi: "ipv4", safi: "unicast" },
  ],
  [
    { afi: 2, safi: 4 },
    { afi: "ipv6", safi: "nlri-mpls" },
  ],
  [
    { afi: 1, safi: 128 },
    { afi: "ipv4", safi: "mpls-vpn" },
  ],
  [
    { afi: 1, safi: 133 },
    { afi: "ipv4", safi: "flow" },
  ],
  [
    { afi: 25, safi: 70 },
    { afi: "l2vpn", safi: "evpn" },
  ],
  [
    { afi: 1, safi: 132 },
    { afi: "ipv4", safi: "rtc" },
  ],
] as const)("the End-of-RIB of %j is that of %j", ({ afi, safi }, expected) => {
  // RFC 4724 section 2: nothing at all, or an MP_UNREACH_NLRI without routes.
  const classic = afi === 1 && safi === 1;
  const attributes = classic ? [] : [0x80, 15, 3, 0, afi, safi];
  expect(told(MessageType.Update, Uint8Array.of(0, 0, 0, attributes.length, ...attributes))).toEqual({
    exabgp: "5.0.0",
    time: 1000.5,
    type: "update",
    neighbor: { ...NEIGHBOR, direction: "in", message: { eor: expected } },
  });
});

test("a ROUTE-REFRESH says its family and what it is", () => {
  expect(told(MessageType.RouteRefresh, Uint8Array.of(0, 2, 1, 128))).toMatchObject({
    type: "refresh",
    neighbor: { ...NEIGHBOR, direction: "in", "route-refresh": { afi: "ipv6", safi: "mpls-vpn", subtype: "begin" } },
  });
});
