// OPEN, NOTIFICATION and ROUTE-REFRESH messages of many makers' routers, found in foreign captures by their markers.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { absent, DATA } from "../support/corpus.ts";
import { toHex } from "../../packages/core/src/bytes/hex.ts";
import { encodeCapability } from "../../packages/core/src/message/capability.ts";
import {
  decodeNotification,
  encodeNotification,
  notificationText,
} from "../../packages/core/src/message/notification.ts";
import { decodeOpen, encodeOpen } from "../../packages/core/src/message/open.ts";
import { decodeRouteRefresh, encodeRouteRefresh } from "../../packages/core/src/message/route-refresh.ts";

const MARKER = Buffer.alloc(16, 0xff);

/** Captures of whole sessions; those made to be broken, and those that cut messages apart, are for other tests. */
function captures(): string[] {
  return ["pcap", "bgpraw/opendaylight"].flatMap((directory) =>
    readdirSync(`${DATA}${directory}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("malformed"))
      .map((entry) => `${entry.parentPath}/${entry.name}`),
  );
}

/** Bodies of the messages of one type, each once. */
function bodies(type: number): Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  for (const file of captures()) {
    const bytes = readFileSync(file);
    for (let at = bytes.indexOf(MARKER); at >= 0; at = bytes.indexOf(MARKER, at + 1)) {
      if (at + 19 > bytes.length || bytes[at + 18] !== type) continue;
      const end = at + bytes.readUInt16BE(at + 16);
      if (end - at >= 21 && end - at <= 4096 && end <= bytes.length) {
        const body = new Uint8Array(bytes.subarray(at + 19, end));
        found.set(toHex(body), body);
      }
    }
  }
  return [...found.values()];
}

function slice(body: Uint8Array): { buffer: Uint8Array; start: number; end: number } {
  return { buffer: body, start: 0, end: body.length };
}

describe.skipIf(absent("pcap"))("messages in foreign captures (skipped where they are absent)", () => {
  test("every capability of every OPEN encodes to the octets it came from", () => {
    const names = new Set<string>();
    let opens = 0;
    for (const body of bodies(1)) {
      const open = decodeOpen(slice(body), false);
      if (!open.ok) continue;
      opens += 1;
      expect(decodeOpen(slice(encodeOpen(open.value)), false)).toEqual(open);
      for (const capability of open.value.capabilities) {
        names.add(capability.name);
        expect(toHex(body)).toContain(toHex(encodeCapability(capability)));
      }
    }
    expect(opens).toBeGreaterThan(50);
    expect([...names]).toEqual(
      expect.arrayContaining([
        "multiprotocol",
        "routeRefresh",
        "fourOctetAs",
        "gracefulRestart",
        "addPath",
        "extendedNextHop",
      ]),
    );
  });

  test("every NOTIFICATION encodes to its octets and has a text", () => {
    const all = bodies(3);
    for (const body of all) {
      const notification = decodeNotification(slice(body))!;
      expect(toHex(encodeNotification(notification))).toBe(toHex(body));
      expect(notificationText(notification)).not.toBe("");
    }
    expect(all.length).toBeGreaterThan(3);
  });

  test("every ROUTE-REFRESH encodes to its octets", () => {
    const all = bodies(5);
    for (const body of all) {
      const refresh = decodeRouteRefresh(slice(body));
      if (refresh.ok) expect(toHex(encodeRouteRefresh(refresh.value))).toBe(toHex(body));
    }
    expect(all.length).toBeGreaterThan(0);
  });
});
