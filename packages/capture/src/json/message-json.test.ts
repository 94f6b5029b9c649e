// A ROUTE-REFRESH with filters (RFC 5291) as JSON: what they say stands beside their octets, and the octets come back.
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
