// PREFIX_SID octet by octet after the figures of RFC 8669 and RFC 9252.
import { fromHex, toHex } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import type { RawTlv } from "../bytes/tlv.ts";
import { endpointBehaviorName } from "../segment-routing/endpoint-behavior.ts";
import { createContext } from "../standard.ts";
import { decodeUpdate, type DecodedUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import { prefixSid, type PrefixSidTlv } from "./prefix-sid.ts";

const SID = "20010db8000100010000000000000000";

function decoded(value: string): DecodedUpdate {
  const octets = fromHex(value.replaceAll(" ", ""))!;
  const body = Uint8Array.of(0, 0, 0, octets.length + 3, 0xc0, 40, octets.length, ...octets);
  return decodeUpdate(body, createContext());
}

function raw(type: number): RawTlv {
  return { name: "raw", type, value: Uint8Array.of(1, 2) };
}

/** Both ways between the value of the attribute and its TLVs. */
function expectFormat(value: string, tlvs: readonly PrefixSidTlv[]): void {
  expect(decoded(value).update.attributes).toEqual([prefixSid(tlvs)]);
  expect(toHex(encodeAttribute(prefixSid(tlvs), createContext()).subarray(3))).toBe(value.replaceAll(" ", ""));
}

describe("formats", () => {
  test("RFC 8669 section 3.1: Label-Index TLV", () => {
    expectFormat("01 0007 00 0000 00000309", [{ name: "labelIndex", type: 1, labelIndex: 777 }]);
    expectFormat("01 0007 01 0203 ffffffff", [
      { name: "labelIndex", type: 1, reserved: 0x010203, labelIndex: 4294967295 },
    ]);
  });

  test("RFC 8669 section 3.2: Originator SRGB TLV of two ranges", () => {
    expectFormat("03 000e 0000 0c3500 001000 0f4240 001388", [
      {
        name: "originatorSrgb",
        type: 3,
        srgb: [
          { firstLabel: 800000, numberOfLabels: 4096 },
          { firstLabel: 1000000, numberOfLabels: 5000 },
        ],
      },
    ]);
  });

  test("RFC 9252 figures 1, 3 and 5: SRv6 L3 Service TLV, the function transposed", () => {
    const structure = "01 0006 28 18 10 00 10 40";
    expectFormat(`05 0022 00 01 001e 00 ${SID} 00 0013 00 ${structure}`, [
      {
        name: "srv6L3Service",
        type: 5,
        subTlvs: [
          {
            name: "srv6SidInformation",
            type: 1,
            srv6Sid: "2001:db8:1:1::",
            endpointBehavior: 19,
            subSubTlvs: [
              {
                name: "srv6SidStructure",
                type: 1,
                locatorBlockLength: 40,
                locatorNodeLength: 24,
                functionLength: 16,
                argumentLength: 0,
                transpositionLength: 16,
                transpositionOffset: 64,
              },
            ],
          },
        ],
      },
    ]);
  });

  test("RFC 9252 section 2: SRv6 L2 Service TLV, reserved octets that are not zero", () => {
    expectFormat(`06 0019 01 01 0015 02 ${SID} 03 ffff 04`, [
      {
        name: "srv6L2Service",
        type: 6,
        reserved: 1,
        subTlvs: [
          {
            name: "srv6SidInformation",
            type: 1,
            srv6Sid: "2001:db8:1:1::",
            reserved: 0x020304,
            endpointBehavior: 65535,
            subSubTlvs: [],
          },
        ],
      },
    ]);
  });

  test("unknown TLVs, those of drafts among them, are kept", () => {
    expectFormat("02 0002 0102 04 0002 0102 ff 0002 0102", [raw(2), raw(4), raw(255)]);
    expectFormat("05 0006 00 02 0002 0102", [{ name: "srv6L3Service", type: 5, subTlvs: [raw(2)] }]);
  });
});

describe("RFC 9252 section 7", () => {
  test("a Sub-Sub-TLV that fits is not malformed, whatever its length", () => {
    const { update, issues } = decoded(`05 001e 00 01 001a 00 ${SID} 00 0013 00 01 0002 2818`);
    expect(issues).toEqual([]);
    expect(update.attributes).toMatchObject([
      { tlvs: [{ subTlvs: [{ subSubTlvs: [{ name: "raw", type: 1, value: Uint8Array.of(0x28, 0x18) }] }] }] },
    ]);
  });

  test("a malformed SRv6 Service TLV withdraws although a malformed Label-Index before it would only discard", () => {
    expect(decoded("01 0001 00 05 0000").issues[0]).toMatchObject({ name: "prefix-sid-srv6-service" });
    expect(decoded("05 0000 01 0001 00").issues[0]).toMatchObject({ name: "prefix-sid-srv6-service" });
  });
});

test("IANA SRv6 Endpoint Behaviors", () => {
  const names = {
    1: "End",
    2: "End with PSP",
    4: "End with PSP & USP",
    8: "End.X with PSP & USP",
    12: "End.T with PSP & USP",
    14: "End.B6.Encaps",
    20: "End.DT46",
    24: "End.DT2M",
    27: "End.B6.Encaps.Red",
    28: "End with USD",
    31: "End with PSP, USP & USD",
    35: "End.X with PSP, USP & USD",
    39: "End.T with PSP, USP & USD",
    43: "End with NEXT-CSID",
    46: "End with NEXT-CSID, PSP & USP",
    50: "End with NEXT-CSID, PSP, USP & USD",
    51: "End.X with NEXT-ONLY-CSID",
    56: "End.X with NEXT-CSID & USD",
    63: "End.DT4 with NEXT-CSID",
    68: "End.DT2M with NEXT-CSID",
    75: "End.Replicate",
    76: "End.DTMC4",
    78: "End.DTMC46",
    92: "End.T with NEXT-CSID, PSP, USP & USD",
    100: "End.PSID",
    108: "End.X with REPLACE-CSID, PSP & USP",
    124: "End.DT2M with REPLACE-CSID",
    128: "End with REPLACE-CSID & USD",
    139: "End.T with REPLACE-CSID, PSP, USP & USD",
    999: "endpoint behavior 999",
    65535: "Opaque",
  };
  for (const [behavior, name] of Object.entries(names)) expect(endpointBehaviorName(Number(behavior))).toBe(name);
});

test("an SRGB without range is the caller's mistake", () => {
  const empty = prefixSid([{ name: "originatorSrgb", type: 3, srgb: [] }]);
  expect(() => encodeAttribute(empty, createContext())).toThrow("an SRGB without range");
});
