import { expect, test } from "vitest";
import { withZone } from "./zone.ts";

test.each([
  ["fe80::1", "fe80::2%eth0", "fe80::1%eth0"],
  ["FEBF:0::1", "fe80::2%3", "febf::1%3"],
  ["fe80::1%eth1", "fe80::2%eth0", "fe80::1%eth1"],
  ["fe80::1", "::", "fe80::1"],
  ["fec0::1", "fe80::2%eth0", "fec0::1"],
  ["::ffff:192.0.2.1", "::", "192.0.2.1"],
  ["2001:DB8::1", "fe80::2%eth0", "2001:db8::1"],
  ["no address", "fe80::2%eth0", "no address"],
])("%s, known beside %s, is %s", (address, known, expected) => {
  expect(withZone(address, known)).toBe(expected);
});
