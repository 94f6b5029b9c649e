// A ROUTE-REFRESH with filters (RFC 5291) and a CAPABILITY message as JSON: what they say stands there, and their octets come back.
import { encodeMessage, fromHex, MessageType, toHex } from "@bgpwire/core";
import { createContext } from "@bgpwire/decoder";
import { expect, test } from "vitest";
import type { MessageEvent } from "../event.ts";
import { messageJson, messageOctets } from "./message-json.ts";

test("filters of a ROUTE-REFRESH are told, and its octets come back", () => {
  const buffer = encodeMessage(MessageType.RouteRefresh, fromHex("0001000102400001c040000900000000050018080a")!);
  const direction = { context: createContext() };
  const message = { type: 5, buffer, start: 0, end: buffer.length, direction } as unknown as MessageEvent;
  const json = messageJson(message, null);
  expect(json["refresh"]).toMatchObject({
    family: "ipv4-unicast",
    filters: {
      when: 2,
      filters: [
        { name: "raw", type: 64, octets: { hex: "c0" } },
        {
          name: "prefixes",
          type: 64,
          entries: [{ action: "add", match: "permit", sequence: 5, prefix: "10.0.0.0/8", maxLength: 24 }],
        },
      ],
    },
  });
  expect(toHex(messageOctets(json, direction.context))).toBe(toHex(buffer));
});

test("a CAPABILITY message is told, and its octets come back; what is malformed has its octets beside it", () => {
  const direction = { context: createContext() };
  const told = (digits: string): ReturnType<typeof messageJson> => {
    const buffer = encodeMessage(MessageType.Capability, fromHex(digits)!);
    const message = { type: 6, buffer, start: 0, end: buffer.length, direction } as unknown as MessageEvent;
    const json = messageJson(message, null);
    expect(toHex(messageOctets(json, direction.context))).toBe(toHex(buffer));
    return json;
  };
  expect(told("00010400020001" + "01c80107")).toEqual({
    type: "capability",
    capability: [
      { action: "advertise", capability: { name: "multiprotocol", code: 1, afi: 2, safi: 1 } },
      { action: "remove", capability: { name: "raw", code: 200, value: { hex: "07" } } },
    ],
  });
  expect(told("020200")).toMatchObject({ type: "capability", malformed: "malformed CAPABILITY: action 2" });
});
