// RFC 10039 section 4, 7: "The D-PATH Path Attribute MAY be included only in UPDATE messages that carry IPVPN or EVPN routes."
import { expect, test } from "vitest";
import { fromHex } from "@bgpwire/core";
import { createContext } from "../standard.ts";
import { decodeUpdate } from "../update/decode.ts";

const DOMAINS = "c024 08 01 0000fde8 0001 46";
const BASE = "40010100 400200";
const VPN = "68 000641 0000fde800000064 0a00";
const IMET = "03 11 0000fde800000064 00000000 20 c0000201";

function issues(attributes: string, nlri = ""): readonly string[] {
  const block = fromHex(attributes)!;
  const body = Uint8Array.of(0, 0, block.length >> 8, block.length & 0xff, ...block, ...fromHex(nlri)!);
  return decodeUpdate(body, createContext()).issues.map(({ name }) => name);
}

function mp(code: 14 | 15, afiSafi: string, nlri: string, hop = ""): string {
  const value = fromHex(`${afiSafi}${hop}${nlri}`)!;
  return `80 ${code.toString(16).padStart(2, "0")} ${value.length.toString(16).padStart(2, "0")} ${afiSafi} ${hop} ${nlri}`;
}

const HOP = "04 c0000201 00";
const HOP6 = "10 20010db8000000000000000000000001 00";

test.each([
  ["IP VPN", `${BASE} ${DOMAINS} ${mp(14, "000180", VPN, `0c 0000000000000000 c0000201 00`)}`],
  ["EVPN", `${BASE} ${DOMAINS} ${mp(14, "001946", IMET, HOP)}`],
  [
    "EVPN, behind the attribute and beside withdrawn IPv6",
    `${DOMAINS} ${BASE} ${mp(14, "001946", IMET, HOP)} ${mp(15, "000201", "2020010db8")}`,
  ],
  ["withdrawn routes alone", `${DOMAINS} ${mp(15, "000201", "2020010db8")}`],
  ["no routes of IPv6", `${BASE} ${DOMAINS} ${mp(14, "000201", "", HOP6)}`],
])("beside %s nothing is wrong", (_, attributes) => {
  expect(issues(attributes)).toEqual([]);
});

test.each([
  ["IPv4", `${BASE} 400304c0000201 ${DOMAINS}`, "18c63364"],
  ["IPv6", `${BASE} ${DOMAINS} ${mp(14, "000201", "2020010db8", HOP6)}`, ""],
  ["a family that is not known", `${BASE} ${DOMAINS} ${mp(14, "000163", "01", HOP)}`, ""],
  ["both EVPN and IPv4", `${BASE} 400304c0000201 ${DOMAINS} ${mp(14, "001946", IMET, HOP)}`, "18c63364"],
])("beside %s it withdraws", (_, attributes, nlri) => {
  expect(issues(attributes, nlri)).toEqual(["domain-path-family"]);
});
