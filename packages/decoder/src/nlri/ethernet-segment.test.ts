// Ethernet Segment Identifiers of every type, taken apart and put together: RFC 7432 section 5.
import { describe, expect, test } from "vitest";
import {
  formatEthernetSegmentIdentifier,
  parseEthernetSegmentIdentifier,
  type EthernetSegmentIdentifier,
} from "./ethernet-segment.ts";

describe("RFC 7432 section 5", () => {
  test.each<[string, EthernetSegmentIdentifier]>([
    ["00:00:00:00:00:00:00:00:00:00", { name: "arbitrary", type: 0, value: "000000000000000000" }],
    ["00:11:22:33:44:55:66:77:88:99", { name: "arbitrary", type: 0, value: "112233445566778899" }],
    ["01:aa:bb:cc:dd:ee:ff:12:34:00", { name: "lacp", type: 1, systemMac: "aa:bb:cc:dd:ee:ff", portKey: 0x1234 }],
    [
      "01:aa:bb:cc:dd:ee:ff:12:34:09",
      { name: "lacp", type: 1, systemMac: "aa:bb:cc:dd:ee:ff", portKey: 0x1234, reserved: 9 },
    ],
    [
      "02:aa:bb:cc:dd:ee:ff:80:00:00",
      { name: "bridge", type: 2, rootBridgeMac: "aa:bb:cc:dd:ee:ff", rootBridgePriority: 32768 },
    ],
    [
      "03:aa:bb:cc:dd:ee:ff:01:00:02",
      { name: "mac", type: 3, systemMac: "aa:bb:cc:dd:ee:ff", localDiscriminator: 65538 },
    ],
    ["04:c0:00:02:01:00:00:00:07:00", { name: "routerId", type: 4, routerId: "192.0.2.1", localDiscriminator: 7 }],
    ["05:00:00:fd:e8:ff:ff:ff:ff:00", { name: "as", type: 5, as: 65000, localDiscriminator: 4294967295 }],
    ["05:00:00:fd:e8:00:00:00:07:ff", { name: "as", type: 5, as: 65000, localDiscriminator: 7, reserved: 255 }],
    ["06:01:02:03:04:05:06:07:08:09", { name: "raw", type: 6, value: "010203040506070809" }],
    // MAX-ESI, which is reserved.
    ["ff:ff:ff:ff:ff:ff:ff:ff:ff:ff", { name: "raw", type: 255, value: "ffffffffffffffffff" }],
  ])("%s", (text, esi) => {
    expect(parseEthernetSegmentIdentifier(text)).toEqual(esi);
    expect(formatEthernetSegmentIdentifier(esi)).toBe(text);
  });
});

test.each(["", "00", "00112233445566778899", "00:11:22:33:44:55:66:77:88", "00:11:22:33:44:55:66:77:88:9g"])(
  "%j is none",
  (text) => {
    expect(parseEthernetSegmentIdentifier(text)).toBeNull();
  },
);

test.each<[EthernetSegmentIdentifier, string]>([
  [{ name: "arbitrary", type: 0, value: "1122" }, 'value: "1122" is not 18 hexadecimal digits'],
  [{ name: "lacp", type: 1, systemMac: "", portKey: 0 }, 'systemMac: "" is no MAC address'],
  [{ name: "bridge", type: 2, rootBridgeMac: "x", rootBridgePriority: 0 }, 'rootBridgeMac: "x" is no MAC address'],
  [
    { name: "mac", type: 3, systemMac: "00:00:00:00:00:00", localDiscriminator: 0x1000000 },
    "16777216 does not fit a field of 0 to 16777215",
  ],
  [{ name: "routerId", type: 4, routerId: "1.2.3", localDiscriminator: 0 }, 'routerId: "1.2.3" is no IPv4 address'],
  [{ name: "as", type: 5, as: -1, localDiscriminator: 0 }, "-1 does not fit a field of 0 to 4294967295"],
])("%j is refused", (esi, message) => {
  expect(() => formatEthernetSegmentIdentifier(esi)).toThrow(message);
});
