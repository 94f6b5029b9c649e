// The text of BGP-MUP routes, in the order of their types.
import type { InterworkEndpointTlv, MupNlri, MupTlv, SessionParametersTlv, SourceAddressTlv } from "../nlri/mup.ts";
import type { NlriText } from "./nlri-text.ts";
import { routeText } from "./route-text.ts";
import { tlvsText, type TlvTextRow } from "./tlvs-text.ts";
import {
  ADDRESS_TEXT,
  numberText,
  OPTIONAL_ADDRESS_TEXT,
  PREFIX_TEXT,
  ROUTE_DISTINGUISHER_TEXT,
} from "./value-text.ts";

const RD = ["routeDistinguisher", ROUTE_DISTINGUISHER_TEXT] as const;
const OCTET = /* @__PURE__ */ numberText(0xff);
const TEID = /* @__PURE__ */ numberText(0xffff_ffff);

const SESSION_PARAMETERS: TlvTextRow<SessionParametersTlv> = {
  type: 1,
  name: "sessionParameters",
  word: "session-parameters",
  format: ({ teid, qfi }) => `${teid}:${qfi}`,
  parse: (text) => {
    const [first = "", second = "", ...more] = text.split(":");
    const teid = TEID.parse(first);
    const qfi = OCTET.parse(second);
    return teid === undefined || qfi === undefined || more.length > 0 ? undefined : { teid, qfi };
  },
};

function addressTlv<T extends InterworkEndpointTlv | SourceAddressTlv>(
  type: T["type"],
  name: T["name"],
  word: string,
): TlvTextRow<T> {
  return {
    type,
    name,
    word,
    format: (tlv) => tlv.address,
    parse: (text) => {
      const address = ADDRESS_TEXT.parse(text);
      return address === undefined ? undefined : ({ address } as Omit<T, "name" | "type">);
    },
  };
}

const TLVS = [
  "tlvs",
  "tlvs",
  /* @__PURE__ */ tlvsText<MupTlv>([
    SESSION_PARAMETERS,
    /* @__PURE__ */ addressTlv<InterworkEndpointTlv>(2, "interworkEndpoint", "interwork-endpoint"),
    /* @__PURE__ */ addressTlv<SourceAddressTlv>(3, "sourceAddress", "source-address"),
  ]),
  "optional",
] as const;

export const MUP_TEXT: NlriText<MupNlri> = /* @__PURE__ */ routeText<MupNlri>([
  { routeType: 1, name: "interworkSegmentDiscovery", fields: [RD, ["prefix", PREFIX_TEXT]] },
  { routeType: 2, name: "directSegmentDiscovery", fields: [RD, ["address", ADDRESS_TEXT]] },
  {
    routeType: 3,
    name: "type1SessionTransformed",
    fields: [RD, ["prefix", PREFIX_TEXT]],
    values: [
      ["teid", "teid", TEID],
      ["qfi", "qfi", OCTET],
      ["endpointAddress", "endpoint", ADDRESS_TEXT],
      ["sourceAddress", "source", OPTIONAL_ADDRESS_TEXT, "optional"],
      TLVS,
    ],
  },
  {
    routeType: 4,
    name: "type2SessionTransformed",
    fields: [RD, ["endpointAddress", ADDRESS_TEXT], ["teid", TEID], ["teidLength", /* @__PURE__ */ numberText(32)]],
    values: [TLVS],
  },
]);
