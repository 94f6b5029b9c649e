// What the programs of examples/ say to wrong options: one line, and exit code 2.
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  address,
  asNumber,
  identifier,
  ipv6,
  many,
  one,
  optional,
  readOptions,
  seconds,
  url,
} from "../../examples/options.ts";
import { Example } from "../support/example.ts";

const args = process.argv;
afterEach(() => {
  process.argv = args;
  vi.restoreAllMocks();
});

const OPTIONS = {
  router: many(address, "192.0.2.1"),
  as: one(asNumber, "65000"),
  id: one(identifier, "192.0.2.9"),
  wait: one(seconds, "2"),
  hop: optional(ipv6),
  check: one(url, "http://127.0.0.1/"),
};

/** The options of a program that is called so, or what it says before it ends. */
function read(...words: readonly string[]): unknown {
  process.argv = ["node", "program", ...words];
  const said: string[] = [];
  vi.spyOn(console, "error").mockImplementation((text: string) => void said.push(text));
  vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`${code}: ${said.join("|")}`);
  });
  return readOptions(OPTIONS);
}

describe("options of an example", () => {
  it("have values of their kind", () => {
    const defaults = {
      router: ["192.0.2.1"],
      as: 65_000,
      id: "192.0.2.9",
      wait: 2,
      hop: null,
      check: "http://127.0.0.1/",
    };
    expect(read()).toEqual(defaults);
    const words =
      "--router 2001:DB8:0::1 --router=10.0.0.1 --as 4294967295 --wait 0.05 --hop ::1 --check https://a.example/x";
    expect(read(...words.split(" "))).toEqual({
      ...defaults,
      router: ["2001:db8::1", "10.0.0.1"],
      as: 4_294_967_295,
      wait: 0.05,
      hop: "::1",
      check: "https://a.example/x",
    });
  });

  it.each([
    ["--rooter 1", "2: there is no option --rooter; there are --router, --as, --id, --wait, --hop, --check"],
    ["-x", "2: there is no option -x; there are --router, --as, --id, --wait, --hop, --check"],
    ["--as", "2: Option '--as <value>' argument missing"],
    ["192.0.2.1", "2: Unexpected argument '192.0.2.1'. This command does not take positional arguments"],
    ["--router router1", '2: --router: "router1" is not accepted; give an IPv4 or IPv6 address'],
    ["--router ::1 --router 0::1", "2: --router: ::1 is given twice"],
    ["--as 0", '2: --as: "0" is not accepted; give an AS number from 1 to 4294967295, but not 23456'],
    ["--as 23456", '2: --as: "23456" is not accepted; give an AS number from 1 to 4294967295, but not 23456'],
    ["--id 0.0.0.0", '2: --id: "0.0.0.0" is not accepted; give an identifier such as 192.0.2.1, not 0.0.0.0'],
    ["--wait 0", '2: --wait: "0" is not accepted; give a number of seconds from 0.01 to 86400'],
    ["--hop 192.0.2.1", '2: --hop: "192.0.2.1" is not accepted; give an IPv6 address'],
    ["--check ftp://a", '2: --check: "ftp://a" is not accepted; give an address such as http://127.0.0.1:8080/health'],
  ])("%s", (words, message) => {
    expect(() => read(...words.split(" "))).toThrow(new Error(message));
  });

  it("are read by all of them", { timeout: 60_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), "bgpwire-"));
    const file = join(directory, "file");
    writeFileSync(file, "");
    const ends = [
      ["adversarial-peer", "--as x", /^--as: "x" is not accepted/],
      [
        "anycast-healthcheck",
        "--prefix 2001:db8::/48",
        /^--next-hop: give an address of the family of 2001:db8::\/48$/,
      ],
      ["flowspec-mitigation", "--port 65536", /^--port: "65536" is not accepted; give a whole number from 0 to 65535$/],
      ["rtbh-blackhole", "--own everything", /^--own: "everything" is not accepted; give a prefix/],
      ["route-collector", `--directory ${file}`, /^--directory: EEXIST: /],
      ["websocket-proxy", "--allow", /^Option '--allow <value>' argument missing$/],
    ] as const;
    const said = await Promise.all(
      ends.map(async ([name, words]) => {
        const running = new Example(name, ...words.split(" "));
        return [await running.end(), running.text.trim()] as const;
      }),
    );
    rmSync(directory, { recursive: true });
    for (const [i, [code, text]] of said.entries()) {
      expect(text).toMatch(ends[i]![2]);
      expect(text.split("\n")).toHaveLength(1);
      expect(code).toBe(2);
    }
  });
});
