// AFI/SAFI disable (RFC 7606 section 2, RFC 4760 section 7): one family goes, the session stays.
import { fromHex, toHex } from "@bgpwire/core";
import { expect, test } from "vitest";
import { createContext } from "../standard.ts";
import { encodeUpdate } from "./encode.ts";
import { UpdateReader } from "./reader.ts";
import { routesOf } from "./routes.ts";

const OVERRIDES = {
  "mp-reach-nlri": "afi-safi-disable",
  "mp-reach-length": "afi-safi-disable",
  "mp-unreach-nlri": "afi-safi-disable",
} as const;

const PATH = "40010100" + "40020602010000fdea";
const REACH_IPV6 = "800e1a 0002 01 10 20010db8000000000000000000000001 00 2020010db8";
const BROKEN_IPV6 = "800e1a 0002 01 10 20010db8000000000000000000000001 00 2120010db8";
const REACH_MULTICAST = "800e1a 0002 02 10 20010db8000000000000000000000001 00 2020010db8";
const UNREACH_IPV6 = "800f08 0002 01 2020010db8";

function body(...attributes: string[]): Uint8Array {
  const block = attributes.join("").replaceAll(" ", "");
  return fromHex(`0000${(block.length / 2).toString(16).padStart(4, "0")}${block}`)!;
}

function newReader(): UpdateReader {
  return new UpdateReader(createContext({ session: "ebgp", overrides: OVERRIDES }));
}

test("after a broken MP_REACH_NLRI the routes of its family are ignored, those of others are not", () => {
  const reader = newReader();
  const before = reader.read(body(REACH_IPV6, PATH));
  expect(routesOf(before.update, before.issues).announced).toHaveLength(1);

  const broken = reader.read(body(BROKEN_IPV6, PATH));
  expect(broken).toMatchObject({ action: "afi-safi-disable", notification: null });
  expect(broken.issues[0]).toMatchObject({ name: "mp-reach-nlri", family: { afi: 2, safi: 1 } });
  expect(reader.context.disabledFamilies).toEqual([{ afi: 2, safi: 1 }]);

  for (const attribute of [REACH_IPV6, UNREACH_IPV6]) {
    const bytes = body(attribute, PATH);
    const after = reader.read(bytes);
    expect(after.action).toBe("discard");
    expect(after.issues.map((issue) => issue.name)).toEqual(["disabled-family"]);
    expect(routesOf(after.update, after.issues)).toMatchObject({ announced: [], withdrawn: [] });
    expect(toHex(encodeUpdate(after.update, reader.context))).toBe(toHex(bytes));
  }
  const other = reader.read(body(REACH_MULTICAST, PATH));
  expect(other.issues).toEqual([]);
  expect(routesOf(other.update).announced).toHaveLength(1);
});

test("a second family joins the first", () => {
  const reader = newReader();
  reader.read(body(BROKEN_IPV6, PATH));
  reader.read(body("800f04 0001 02 21"));
  expect(reader.context.disabledFamilies).toEqual([
    { afi: 2, safi: 1 },
    { afi: 1, safi: 2 },
  ]);
});

test("where the family cannot be told, or is IPv4 unicast, the session is reset", () => {
  expect(newReader().read(body("800e02 0002", PATH))).toMatchObject({
    action: "reset",
    notification: { code: 3, subcode: 9 },
  });
  expect(newReader().read(body("800e0a 0001 01 04 c0000201 00 21", PATH)).action).toBe("reset");
});
