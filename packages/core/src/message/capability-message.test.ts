import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes/hex.ts";
import { decodeCapabilityMessage, encodeCapabilityMessage, type CapabilityChange } from "./capability-message.ts";
import { gracefulRestart, multiprotocol, rawCapability, routeRefresh } from "./capability.ts";

function decode(digits: string): ReturnType<typeof decodeCapabilityMessage> {
  const buffer = fromHex(digits.replaceAll(" ", ""))!;
  return decodeCapabilityMessage({ buffer, start: 0, end: buffer.length });
}

describe("draft-ietf-idr-dynamic-cap-02: action, code, length, value, as often as there are capabilities", () => {
  test.each<[name: string, octets: string, changes: readonly CapabilityChange[]]>([
    // As FRR 8.4.4 sends it when a neighbor is activated for an address family, and when it is not any more.
    ["a family that comes", "00 01 04 0002 00 01", [{ action: "advertise", capability: multiprotocol(2, 1) }]],
    ["a family that goes", "01 01 04 0001 00 80", [{ action: "remove", capability: multiprotocol(1, 128) }]],
    [
      "several",
      "01 02 00 00 40 02 0078",
      [
        { action: "remove", capability: routeRefresh() },
        { action: "advertise", capability: gracefulRestart({ restartTime: 120 }) },
      ],
    ],
    [
      "one that nobody knows",
      "00 c8 01 07",
      [{ action: "advertise", capability: rawCapability(200, Uint8Array.of(7)) }],
    ],
    [
      "a value not of its format",
      "00 01 01 07",
      [{ action: "advertise", capability: rawCapability(1, Uint8Array.of(7)) }],
    ],
  ])("%s", (_name, octets, changes) => {
    expect(decode(octets)).toEqual({ ok: true, value: changes });
    expect(toHex(encodeCapabilityMessage(changes))).toBe(octets.replaceAll(" ", ""));
  });

  test.each([
    ["an action that is none", "02 01 04 0002 00 01", "action 2"],
    ["the same behind one that is well", "00 02 00 80 02 00", "action 128"],
    ["a value that ends too early", "00 01 04 0002 00", "the length of capability 1"],
    ["a code without a length", "00 02 00 01 02", "the length of capability 2"],
    ["an action alone behind one that is well", "00 02 00 01", "the length of capability 0"],
    ["nothing", "", "the length of capability 0"],
  ])("is malformed with %s: Cease without a subcode, as FRR answers", (_name, octets, what) => {
    const fault = { code: 6, subcode: 0, data: new Uint8Array(0), reason: `malformed CAPABILITY: ${what}` };
    expect(decode(octets)).toEqual({ ok: false, fault });
  });

  test("an action that is none cannot be encoded, nor a value of more than 255 octets", () => {
    const capability = rawCapability(200, new Uint8Array(256));
    expect(() => encodeCapabilityMessage([{ action: "advertise", capability }])).toThrow(/255/);
    const action = "revoke" as "remove";
    expect(() => encodeCapabilityMessage([{ action, capability: routeRefresh() }])).toThrow(/-1/);
  });
});
