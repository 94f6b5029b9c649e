// What is read in an ATTR_SET (RFC 6368 section 5) that would not be read outside of one, and the other way round.
import { fromHex } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import type { ContextOptions } from "../context.ts";
import { createContext } from "../standard.ts";
import { decodeUpdate, type DecodedUpdate } from "../update/decode.ts";
import { encodeUpdate } from "../update/encode.ts";
import type { PathAttribute } from "../update/model.ts";
import { asPath } from "./as-path.ts";
import { attrSet } from "./attr-set.ts";
import { localPref } from "./local-pref.ts";
import { nextHop } from "./next-hop.ts";
import { origin } from "./origin.ts";

/** A message of nothing but an ATTR_SET of AS 65001 with these attributes. */
function decoded(attributes: string, options?: ContextOptions): DecodedUpdate {
  const octets = fromHex(`0000fde9${attributes.replaceAll(" ", "")}`)!;
  return decodeUpdate(
    Uint8Array.of(0, 0, 0, octets.length + 3, 0xc0, 128, octets.length, ...octets),
    createContext(options),
  );
}

function nested(count: number): PathAttribute {
  return count === 1 ? attrSet(1, [origin("igp")]) : attrSet(1, [nested(count - 1)]);
}

describe("the session of the set is not this one", () => {
  test("LOCAL_PREF is kept where the session itself is external", () => {
    const { update, issues } = decoded("400504 00000064", { session: "ebgp" });
    expect(issues).toEqual([]);
    expect(update.attributes).toEqual([attrSet(65001, [localPref(100)])]);
  });

  test("the first AS of its path need not be the peer's", () => {
    const options = { session: "ebgp", peerAs: 65002, overrides: { "as-path-first-as": "withdraw" } } as const;
    const { update, issues } = decoded("400206 0201 0000fdf3", options);
    expect(issues).toEqual([]);
    expect(update.attributes).toEqual([attrSet(65001, [asPath([65011])])]);
  });

  test("nor does its path begin as one of the confederation's", () => {
    const { issues } = decoded("400206 0201 0000fdf3", { session: "confed" });
    expect(issues).toEqual([]);
  });
});

test("NEXT_HOP is there to be ignored", () => {
  const { update, issues } = decoded("400304 00000000");
  expect(issues).toEqual([]);
  expect(update.attributes).toEqual([attrSet(65001, [nextHop("0.0.0.0")])]);
});

test("no attribute has to be there", () => {
  expect(decoded("")).toMatchObject({ issues: [], update: { attributes: [attrSet(65001, [])] } });
});

test("the second of two attributes is discarded, and the set kept", () => {
  const { update, issues } = decoded("40010100 40010101");
  expect(issues).toEqual([]);
  expect(update.attributes).toMatchObject([
    { name: "attrSet", attributes: [origin("igp"), { name: "raw", code: 1, rejected: true }] },
  ]);
});

test("what is malformed in it is as the options have it", () => {
  const options: ContextOptions = { overrides: { "attr-set-malformed": "discard" } };
  const { action, issues, update } = decoded("40010103", options);
  expect(action).toBe("discard");
  expect(issues.map(({ name }) => name)).toEqual(["attr-set-malformed"]);
  expect(update.attributes).toMatchObject([{ name: "raw", code: 128, rejected: true }]);
});

test("sets lie in one another eight deep, and no deeper", () => {
  const context = createContext();
  const update = { withdrawn: [], attributes: [nested(8)], nlri: [] };
  expect(decodeUpdate(encodeUpdate(update, context), context)).toMatchObject({ issues: [], update });
  expect(() => encodeUpdate({ attributes: [nested(9)] }, context)).toThrow("more than 8 sets");
});

test("two sets in one do not get into each other's way", () => {
  const context = createContext();
  const attributes = [attrSet(1, [nested(2), origin("egp"), nextHop("192.0.2.1")]), localPref(1)];
  const update = { withdrawn: [], attributes, nlri: [] };
  expect(decodeUpdate(encodeUpdate(update, context), context)).toMatchObject({ issues: [], update });
});
