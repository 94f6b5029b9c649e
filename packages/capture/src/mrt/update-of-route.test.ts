// Routes of tables as UPDATEs: what is different in tables (RFC 6396 section 4.3.4), and what writers make of it.
import { fromHex, toHex, type Family } from "@bgpwire/core";
import { createContext, decodeUpdate, type DecodeContext } from "@bgpwire/decoder";
import { expect, test } from "vitest";
import type { RouteEvent } from "../event.ts";
import { updateOfRoute } from "./update-of-route.ts";

const IPV4_UNICAST = { afi: 1, safi: 1 };
const IPV4_MULTICAST = { afi: 1, safi: 2 };
const IPV6_UNICAST = { afi: 2, safi: 1 };
const IPV4_VPN = { afi: 1, safi: 128 };
const IPV4_FLOWSPEC = { afi: 1, safi: 133 };
const PLAIN = createContext();
const WITH_PATHS = createContext({ addPath: [IPV4_UNICAST, IPV6_UNICAST] });

function octets(digits: string): Uint8Array {
  return fromHex(digits.replaceAll(/\s/g, ""))!;
}

function slice(digits: string): { buffer: Uint8Array; start: number; end: number } {
  const inside = octets(digits);
  return { buffer: Uint8Array.of(0xff, ...inside, 0xff), start: 1, end: 1 + inside.length };
}

function route(family: Family, nlri: string, attributes: string, pathId: number | null = null): RouteEvent {
  const context: DecodeContext = pathId === null ? PLAIN : WITH_PATHS;
  const peer = { address: "192.0.2.1", port: null, as: 65001, bgpIdentifier: null };
  return {
    kind: "route",
    seconds: 0,
    nanoseconds: 0,
    offset: 0,
    peer,
    originated: 0,
    family,
    nlri: slice(nlri),
    pathId,
    attributes: slice(attributes),
    context,
  };
}

const ORIGIN = "40010100";
const AS_PATH = "4002060201 0000fde9";
const NEXT_HOP = "400304c0000209";
const GLOBAL = "20010db8000000000000000000000009";
const LINK_LOCAL = "fe800000000000000000000000000009";

/** The attributes and the NLRI field of the UPDATE. */
const UPDATES: Readonly<Record<string, readonly [event: RouteEvent, attributes: string, nlri: string]>> = {
  "IPv4 unicast": [
    route(IPV4_UNICAST, "080a", `${ORIGIN} ${AS_PATH} ${NEXT_HOP}`),
    `${ORIGIN} ${AS_PATH} ${NEXT_HOP}`,
    "080a",
  ],
  "IPv4 unicast with a path identifier": [
    route(IPV4_UNICAST, "080a", `${ORIGIN} ${AS_PATH} ${NEXT_HOP}`, 0xfffffffe),
    `${ORIGIN} ${AS_PATH} ${NEXT_HOP}`,
    "fffffffe 080a",
  ],
  "RFC 6396 section 4.3.4: a next hop alone": [
    route(IPV6_UNICAST, "2020010db8", `${ORIGIN} ${AS_PATH} 800e11 10 ${GLOBAL}`),
    `${ORIGIN} ${AS_PATH} 800e1a 0002 01 10 ${GLOBAL} 00 2020010db8`,
    "",
  ],
  "RFC 6396 section 4.3.4: a global and a link-local next hop, before other attributes": [
    route(IPV6_UNICAST, "00", `900e0021 20 ${GLOBAL} ${LINK_LOCAL} ${ORIGIN} ${AS_PATH}`, 5),
    `800e2a 0002 01 20 ${GLOBAL} ${LINK_LOCAL} 00 00000005 00 ${ORIGIN} ${AS_PATH}`,
    "",
  ],
  "RFC 6396 figure 19: all of MP_REACH_NLRI, with an octet too many": [
    route(IPV6_UNICAST, "2020010db8", `${ORIGIN} ${AS_PATH} 800e2b 0002 01 20 ${GLOBAL} ${LINK_LOCAL} 0000 2020010db8`),
    `${ORIGIN} ${AS_PATH} 800e2a 0002 01 20 ${GLOBAL} ${LINK_LOCAL} 00 2020010db8`,
    "",
  ],
  "RFC 8950: IPv4 unicast with an IPv6 next hop": [
    route(IPV4_UNICAST, "080a", `${ORIGIN} ${AS_PATH} 800e11 10 ${GLOBAL}`),
    `${ORIGIN} ${AS_PATH} 800e17 0001 01 10 ${GLOBAL} 00 080a`,
    "",
  ],
  "IPv4 unicast with both next hops": [
    route(IPV4_UNICAST, "080a", `${ORIGIN} 800e05 04 c0000209 ${AS_PATH} ${NEXT_HOP}`),
    `${ORIGIN} ${AS_PATH} ${NEXT_HOP}`,
    "080a",
  ],
  "IPv4 multicast with a NEXT_HOP": [
    route(IPV4_MULTICAST, "080a", `${ORIGIN} ${AS_PATH} ${NEXT_HOP}`),
    `${ORIGIN} ${AS_PATH} ${NEXT_HOP} 800e0b 0001 02 04 c0000209 00 080a`,
    "",
  ],
  "RFC 4364 section 4.3.2: a VPN with a NEXT_HOP, as OpenBGPD has it": [
    route(IPV4_VPN, "60 000641 0000fde900000001 0a", `${ORIGIN} ${AS_PATH} ${NEXT_HOP}`),
    `${ORIGIN} ${AS_PATH} ${NEXT_HOP} 800e1e 0001 80 0c 0000000000000000 c0000209 00 60 000641 0000fde900000001 0a`,
    "",
  ],
  "RFC 4798 section 2: IPv6 unicast with a NEXT_HOP": [
    route(IPV6_UNICAST, "00", `${ORIGIN} ${AS_PATH} ${NEXT_HOP}`),
    `${ORIGIN} ${AS_PATH} ${NEXT_HOP} 800e16 0002 01 10 00000000000000000000ffff c0000209 00 00`,
    "",
  ],
  "IPv6 unicast without any next hop, as BIRD has it": [
    route(IPV6_UNICAST, "00", `${ORIGIN} ${AS_PATH}`),
    `${ORIGIN} ${AS_PATH} 800e16 0002 01 10 ${"00".repeat(16)} 00 00`,
    "",
  ],
  "RFC 8955 section 4: a flow specification needs no next hop": [
    route(IPV4_FLOWSPEC, "03 01 08 0a", `${ORIGIN} ${AS_PATH}`),
    `${ORIGIN} ${AS_PATH} 800e09 0001 85 00 00 03 01 08 0a`,
    "",
  ],
  "attributes without flags, as BIRD has them": [
    route(IPV4_UNICAST, "080a", `00010100 1002000602010000fde9 000304c0000209 000804 fde90001 20c80100 c0c90100`),
    `40010100 5002000602010000fde9 400304c0000209 c00804 fde90001 e0c80100 c0c90100`,
    "080a",
  ],
};

test.each(Object.entries(UPDATES))("%s", (_name, [event, attributes, nlri]) => {
  const expected = octets(attributes);
  const update = updateOfRoute(event);
  expect(toHex(update)).toBe(
    toHex(Uint8Array.of(0, 0, expected.length >> 8, expected.length, ...expected, ...octets(nlri))),
  );
  const { issues } = decodeUpdate(update, event.context);
  expect(issues).toEqual([]);
});

test("an MP_REACH_NLRI that is neither whole nor a next hop stays as it is", () => {
  for (const value of ["10 20", "0001 01 04 c0000209 00", "0002 01 10 20", ""]) {
    const attribute = `800e${toHex(Uint8Array.of(octets(value).length))} ${value}`.replaceAll(" ", "");
    const update = updateOfRoute(route(IPV6_UNICAST, "00", `${ORIGIN} ${attribute}`));
    expect(toHex(update).slice(8)).toBe(ORIGIN + attribute);
  }
});

test("attributes that do not fit stay as they are", () => {
  for (const attributes of [`${ORIGIN} 800e`, `${ORIGIN} 900e00`, `${ORIGIN} 800e05 04`, "40", ""]) {
    const event = route(IPV4_UNICAST, "080a", attributes);
    expect(toHex(updateOfRoute(event)).slice(8)).toBe(attributes.replaceAll(" ", "") + "080a");
  }
});

test("attributes of more octets than their length can say are cut off, and the decoder tells it", () => {
  const event = route(IPV6_UNICAST, "00", `900e0011 10 ${GLOBAL} d0c8ffe6 ${"00".repeat(0xffe6)}`);
  const { attributes } = event;
  expect(attributes.end - attributes.start).toBe(0xffff);
  const { action, issues } = decodeUpdate(updateOfRoute(event), event.context);
  expect(action).not.toBe("none");
  expect(issues[0]!.name).toBe("attribute-overrun");
});
