// The decoder's README names nothing that is not there, and its texts are texts.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as decoder from "@bgpwire/decoder";

const README = readFileSync(new URL("../../packages/decoder/README.md", import.meta.url), "utf8");
const programs = [...README.matchAll(/```ts\n([^]*?)```/g)].map((match) => match[1]!);

test("what its programs import is exported", () => {
  const names = programs
    .flatMap((program) => Array.from(program.matchAll(/import \{([^}]*)\} from "@bgpwire\/decoder"/g)))
    .flatMap((match) => match[1]!.split(","))
    .map((name) => name.trim());
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect(decoder, name).toHaveProperty(name);
});

test("the rules it overrides are rules", () => {
  const names = [...README.matchAll(/"([a-z0-9-]+)": "(?:withdraw|afi-safi-disable)"/g)].map((match) => match[1]!);
  expect(names.length).toBeGreaterThan(2);
  for (const name of names) expect(decoder.RULES).toHaveProperty([name]);
});

test("its route and its community are what it says", () => {
  const route = /parseNlri\("evpn", "([^"]*)"\)/.exec(README)![1]!;
  expect(decoder.formatNlri("evpn", decoder.parseNlri("evpn", route)!)).toBe(route);
  const [, community, value] = /parseExtendedCommunity\("([^"]*)"\); \/\/ (\{.*\})/.exec(README)!;
  const quoted = value!.replaceAll(/(\w+):/g, '"$1":');
  expect(decoder.parseExtendedCommunity(community!)).toEqual(JSON.parse(quoted));
});
