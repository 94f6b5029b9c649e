import { expect, test } from "vitest";
import { addressVersion, normaliseAddress } from "./address.ts";

test.each([
  ["192.0.2.1", "192.0.2.1", 4],
  ["::ffff:192.0.2.1", "192.0.2.1", 4],
  ["::FFFF:C000:0201", "192.0.2.1", 4],
  ["2001:DB8:0::1", "2001:db8::1", 6],
  ["FE80:0::1%eth0", "fe80::1%eth0", 6],
  ["fe80::1%3", "fe80::1%3", 6],
  ["::", "::", 6],
])("%s is %s", (text, canonical, version) => {
  expect(normaliseAddress(text)).toBe(canonical);
  expect(addressVersion(text)).toBe(version);
});

test.each([
  "",
  "localhost",
  "192.0.2.1%eth0",
  "::ffff:192.0.2.1%eth0",
  "fe80::1%",
  "fe80::1%a b",
  "fe80::1%a%b",
  "%eth0",
  "192.0.2.1:179",
])("%j is no address", (text) => {
  expect(normaliseAddress(text)).toBeNull();
  expect(addressVersion(text)).toBeNull();
});
