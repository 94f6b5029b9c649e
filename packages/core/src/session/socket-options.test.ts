// What is accepted as an option of a peer's sockets, and that the error of a key never has the key in it.
import { expect, test } from "vitest";
import { ConfigError } from "../fault.ts";
import { checkSocketOptions } from "./socket-options.ts";

const NONE = { md5Password: null, ttlSecurity: null, ttl: null, dscp: null, bindToDevice: null, tcpUserTimeout: null };

test("options that are not given are the system's", () => {
  expect(checkSocketOptions({})).toBeNull();
  expect(checkSocketOptions({ ttl: 1 })).toEqual({ ...NONE, ttl: 1 });
  expect(checkSocketOptions({ tcpUserTimeout: 0.0015 })).toEqual({ ...NONE, tcpUserTimeout: 2 });
});

test.each<[Record<string, unknown>, string]>([
  [{ md5Password: "" }, "md5Password: has 0 octets; give 1 to 80 octets of UTF-8"],
  [{ md5Password: "é".repeat(41) }, "md5Password: has 82 octets; give 1 to 80 octets of UTF-8"],
  [{ md5Password: 4711 }, "md5Password: is not text; give 1 to 80 octets of UTF-8"],
  [{ ttlSecurity: 255 }, "ttlSecurity: 255 is not accepted; give a whole number from 1 to 254"],
  [{ ttlSecurity: 0 }, "ttlSecurity: 0 is not accepted; give a whole number from 1 to 254"],
  [{ ttl: 0 }, "ttl: 0 is not accepted; give a whole number from 1 to 255"],
  [
    { ttl: 1, ttlSecurity: 1 },
    "ttl: 1 cannot be with ttlSecurity, which sends 255 (RFC 5082 section 3); leave one out",
  ],
  [{ dscp: 64 }, "dscp: 64 is not accepted; give a whole number from 0 to 63"],
  [
    { bindToDevice: "sixteen-octets-x" },
    'bindToDevice: "sixteen-octets-x" is not the name of a network device, 1 to 15 octets such as "eth0"',
  ],
  [{ bindToDevice: "a b" }, 'bindToDevice: "a b" is not the name of a network device, 1 to 15 octets such as "eth0"'],
  [{ tcpUserTimeout: 0 }, "tcpUserTimeout: 0 is not accepted; give a number of seconds, 0.001 or more"],
  [{ tcpUserTimeout: 2_147_484 }, "tcpUserTimeout: 2147484 is not accepted; give seconds up to 2147483.647"],
])("%o is refused", (given, message) => {
  expect(() => checkSocketOptions(given)).toThrow(ConfigError);
  expect(() => checkSocketOptions(given)).toThrow(message);
});
