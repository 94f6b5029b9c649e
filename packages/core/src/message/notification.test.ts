// NOTIFICATION: RFC 4271 section 4.5, the texts of RFC 9003, the wrapping of RFC 8538.
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes/hex.ts";
import type { Slice } from "../bytes/slice.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { ConfigError, fault } from "../fault.ts";
import {
  asNotification,
  decodeNotification,
  encodeNotification,
  hardReset,
  notificationText,
  shutdownNotification,
  shutdownText,
  unwrapHardReset,
  type Notification,
} from "./notification.ts";

function slice(hex: string): Slice {
  const buffer = fromHex(`eeee${hex}dd`)!;
  return { buffer, start: 2, end: buffer.length - 1 };
}

function notification(code: number, subcode: number, hex: string = ""): Notification {
  return { code, subcode, data: fromHex(hex)! };
}

/** Cease/Administrative Shutdown with this text, its length octet as it should be or as told. */
function shutdown(text: string, length?: number): Notification {
  const octets = encodeUtf8(text);
  return { code: 6, subcode: 2, data: Uint8Array.of(length ?? octets.length, ...octets) };
}

describe("RFC 4271 section 4.5", () => {
  test.each([
    ["0400", notification(4, 0)],
    ["02010004", notification(2, 1, "0004")],
    ["ffff00", notification(255, 255, "00")],
  ])("%s", (hex, value) => {
    expect(decodeNotification(slice(hex))).toEqual(value);
    expect(toHex(encodeNotification(value))).toBe(hex);
  });

  test.each(["", "06"])("a body of %j is none, and is not answered", (hex) => {
    expect(decodeNotification(slice(hex))).toBeNull();
  });

  test("the data is a copy: it may be kept after the chunk is gone", () => {
    const from = slice("0102aabb");
    const value = decodeNotification(from)!;
    from.buffer.fill(0);
    expect(toHex(value.data)).toBe("aabb");
    expect(value.data.buffer.byteLength).toBe(2);
  });

  test("data that does not fit the session's longest message is cut (RFC 8654 section 5)", () => {
    const long = { code: 3, subcode: 1, data: new Uint8Array(5000).fill(7) };
    expect(encodeNotification(long).length).toBe(4096 - 19);
    expect(encodeNotification(long, 65535).length).toBe(5002);
  });

  test("a code that is no octet is the caller's mistake", () => {
    expect(() => encodeNotification(notification(256, 0))).toThrow(ConfigError);
    expect(() => encodeNotification(notification(1, -1))).toThrow(ConfigError);
  });

  test("a fault becomes the NOTIFICATION that answers it", () => {
    expect(asNotification(fault(1, 3, "message type 9 does not exist", Uint8Array.of(9)))).toEqual(
      notification(1, 3, "09"),
    );
  });
});

describe("RFC 9003 section 2: shutdown communication", () => {
  test("length octet and text, as in figure 1", () => {
    expect(toHex(encodeNotification(shutdownNotification(2, "abc")))).toBe("060203616263");
    expect(toHex(encodeNotification(shutdownNotification(4, "é")))).toBe("060402c3a9");
  });

  test("no text is the plain form of RFC 4486", () => {
    expect(shutdownNotification(2, "")).toEqual(notification(6, 2));
  });

  test.each([
    ["ASCII, 128 octets by default", "a".repeat(300), undefined, 128],
    ["255 octets for a peer known to read them", "a".repeat(300), 255, 255],
    ["never more than the length octet can say", "a".repeat(300), 1000, 255],
    ["the cut is between characters: two octets", `a${"é".repeat(200)}`, undefined, 127],
    ["the cut is between characters: three octets", "€".repeat(200), undefined, 126],
    ["the cut is between characters: four octets", `${"a".repeat(126)}😀`, undefined, 126],
    ["a text that just fits", "a".repeat(128), undefined, 128],
  ])("%s", (_name, text, limit, octets) => {
    const value = shutdownNotification(2, text, limit);
    expect(value.data[0]).toBe(octets);
    expect(value.data.length).toBe(1 + octets);
    const back = shutdownText(value)!;
    expect(text.startsWith(back)).toBe(true);
    expect(encodeUtf8(back).length).toBe(octets);
  });

  test.each([
    ["shutdown", shutdown("bye"), "bye"],
    ["reset", { ...shutdown("bye"), subcode: 4 }, "bye"],
    ["inside a hard reset", hardReset(shutdown("bye")), "bye"],
    ["one octet", shutdown("a"), "a"],
    ["255 octets", shutdown("a".repeat(255)), "a".repeat(255)],
    ["another Cease", { ...shutdown("bye"), subcode: 3 }, null],
    ["another code", { ...shutdown("bye"), code: 5 }, null],
    ["no data", notification(6, 2), null],
    ["length 0", notification(6, 2, "00"), null],
    ["length beyond the data", shutdown("bye", 4), null],
    ["length short of the data", shutdown("bye", 2), null],
    ["not UTF-8, which MUST NOT be interpreted", notification(6, 2, "02c328"), null],
    ["overlong UTF-8", notification(6, 2, "02c0af"), null],
  ])("text of %s", (_name, value, expected) => {
    expect(shutdownText(value)).toBe(expected);
  });
});

describe("RFC 8538 section 3: hard reset", () => {
  test("the data is code, subcode and data of the reason", () => {
    expect(toHex(encodeNotification(hardReset(notification(6, 3))))).toBe("06090603");
    expect(toHex(encodeNotification(hardReset(shutdown("x"))))).toBe("060906020178");
  });

  test("it comes off again", () => {
    expect(unwrapHardReset(hardReset(notification(3, 1, "aabb")))).toEqual(notification(3, 1, "aabb"));
    expect(unwrapHardReset(notification(6, 9))).toBeNull();
    expect(unwrapHardReset(notification(6, 9, "06"))).toBeNull();
    expect(unwrapHardReset(notification(6, 2, "0603"))).toBeNull();
  });
});

describe("in words", () => {
  test.each([
    [notification(4, 0), "Hold Timer Expired"],
    [notification(6, 3), "Cease/Peer De-configured"],
    [notification(2, 1, "0004"), "OPEN Message Error/Unsupported Version Number (data 0004)"],
    [notification(99, 7), "code 99/subcode 7"],
    [shutdown("maintenance"), 'Cease/Administrative Shutdown: "maintenance"'],
    [notification(6, 2, "02c328"), "Cease/Administrative Shutdown (data 02c328)"],
    [notification(6, 2, "00"), "Cease/Administrative Shutdown (data 00)"],
    [hardReset(shutdown("bye")), 'Cease/Hard Reset: Cease/Administrative Shutdown: "bye"'],
    [notification(6, 9), "Cease/Hard Reset"],
    [notification(6, 1, "00010100000064"), "Cease/Maximum Number of Prefixes Reached: more than 100 of ipv4-unicast"],
    [notification(6, 3, "00010100000064"), "Cease/Peer De-configured (data 00010100000064)"],
    [notification(3, 1, "00010100000064"), "UPDATE Message Error/Malformed Attribute List (data 00010100000064)"],
    [notification(3, 1, "00".repeat(33)), `UPDATE Message Error/Malformed Attribute List (data ${"00".repeat(32)}…)`],
  ])("%#", (value, expected) => {
    expect(notificationText(value)).toBe(expected);
  });

  test("a peer's text cannot write a second log line or steer a terminal", () => {
    const text = notificationText(shutdown('a"\n\u001b[2J\u007f\u0085\u009b\u2028\u202e\u2066'));
    expect(text).toBe('Cease/Administrative Shutdown: "a\\"\\n\\u001b[2J\\u007f\\u0085\\u009b\\u2028\\u202e\\u2066"');
  });

  test("hard resets inside hard resets cost no stack", () => {
    const nested = { code: 6, subcode: 9, data: fromHex("0609".repeat(30_000))! };
    expect(notificationText(nested)).toMatch(/^Cease\/Hard Reset: Cease\/Hard Reset \(data (0609){16}…\)$/);
    expect(shutdownText(nested)).toBeNull();
  });
});
