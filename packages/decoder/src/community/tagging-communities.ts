// Extended communities that say where a route is from, whom it is for, or what is known of it.
import { ConfigError } from "@bgpwire/core";
import { bounded, writeIPv4 } from "../bytes/write.ts";
import { wordIf, type CommunityRow, type TypedCommunity } from "./community-table.ts";

/** Generic: as a community of RFC 1997, with an AS number of four octets (draft-ietf-idr-as4octet-extcomm-generic-subtype). */
interface Generic extends TypedCommunity {
  readonly name: "generic";
  readonly transitive: boolean;
  /** Four octets. */
  readonly as: number;
  /** Two octets. */
  readonly value: number;
}

const GENERIC: CommunityRow<Generic> = {
  name: "generic",
  word: "generic",
  types: [0x0204, 0x4204],
  typeOf: ({ transitive }) => (transitive ? 0x0204 : 0x4204),
  read: (reader, type) => ({
    name: "generic",
    transitive: type === 0x0204,
    as: reader.u32("Global Administrator"),
    value: reader.u16("Local Administrator"),
  }),
  write: ({ as, value }, writer) => {
    writer.u32(as);
    writer.u16(value);
  },
  format: ({ as, value, transitive }) => [as, value, wordIf(!transitive, "non-transitive")],
  parse: (text) => ({
    name: "generic",
    as: text.number(0xffff_ffff),
    value: text.number(0xffff),
    transitive: !text.flag("non-transitive"),
  }),
};

/** BGP Data Collection (RFC 4384 section 4): where a route was learned, for those who collect routes. */
interface DataCollection extends TypedCommunity {
  readonly name: "dataCollection";
  /** How many octets the AS number has. */
  readonly format: "as2" | "as4";
  readonly as: number;
  /** R, 0 to 31; 0 together with a `country` of 1 to 6: not a place, but what kind of route it is. */
  readonly region: number;
  /** X: over a link by satellite. */
  readonly satellite: boolean;
  /** CC, 0 to 1023: a code of ISO 3166-1. */
  readonly country: number;
}

const DATA_COLLECTION: CommunityRow<DataCollection> = {
  name: "dataCollection",
  word: "data-collection",
  types: [0x0008, 0x0208],
  typeOf: ({ format }) => ({ as2: 0x0008, as4: 0x0208 })[format],
  read: (reader, type) => {
    const format = type === 0x0008 ? "as2" : "as4";
    const as = format === "as2" ? reader.u16("Global Administrator") : reader.u32("Global Administrator");
    // What stands before the two octets of the place means nothing; a community of which it is not zero is another one.
    if (format === "as2" && reader.u16("Local Administrator") !== 0) return null;
    const place = reader.u16("R, X, CC");
    return {
      name: "dataCollection",
      format,
      as,
      region: place >>> 11,
      satellite: (place & 0x400) !== 0,
      country: place & 0x3ff,
    };
  },
  write: ({ format, as, region, satellite, country }, writer) => {
    if (format === "as2") {
      writer.u16(as);
      writer.u16(0);
    } else {
      writer.u32(as);
    }
    writer.u16(
      (bounded(region, 0x1f, "extendedCommunities.region") << 11) |
        (satellite ? 0x400 : 0) |
        bounded(country, 0x3ff, "extendedCommunities.country"),
    );
  },
  format: ({ format, as, region, satellite, country }) => [
    format === "as4" && as <= 0xffff ? `${as}L` : as,
    region,
    country,
    wordIf(satellite, "satellite"),
  ],
  parse: (text) => ({
    name: "dataCollection",
    ...text.asNumber(),
    region: text.number(0x1f),
    country: text.number(0x3ff),
    satellite: text.flag("satellite"),
  }),
};

/** Node Target (draft-ietf-idr-node-target-ext-comm): which router a route is for. */
interface NodeTarget extends TypedCommunity {
  readonly name: "nodeTarget";
  readonly transitive: boolean;
  /** BGP Identifier, dotted. */
  readonly identifier: string;
}

const NODE_TARGET: CommunityRow<NodeTarget> = {
  name: "nodeTarget",
  word: "node-target",
  types: [0x0109, 0x4109],
  reserved: [0, 0, 0, 0, 0xff, 0xff],
  typeOf: ({ transitive }) => (transitive ? 0x0109 : 0x4109),
  read: (reader, type) => {
    const identifier = reader.ipv4("Target BGP Identifier");
    reader.u16("Reserved");
    return { name: "nodeTarget", transitive: type === 0x0109, identifier };
  },
  write: ({ identifier }, writer) => {
    writeIPv4(identifier, "extendedCommunities.identifier", writer);
    writer.u16(0);
  },
  format: ({ identifier, transitive }) => [identifier, wordIf(!transitive, "non-transitive")],
  parse: (text) => ({
    name: "nodeTarget",
    identifier: text.ipv4(),
    transitive: !text.flag("non-transitive"),
  }),
};

/** By the number on the wire. */
const VALIDATION_STATES = ["valid", "notFound", "invalid"] as const;
const VALIDATION_WORDS = ["valid", "not-found", "invalid"] as const;

/** BGP Origin Validation State (RFC 8097 section 2). */
interface OriginValidationState extends TypedCommunity {
  readonly name: "originValidationState";
  readonly state: (typeof VALIDATION_STATES)[number];
}

const ORIGIN_VALIDATION_STATE: CommunityRow<OriginValidationState> = {
  name: "originValidationState",
  word: "origin-validation",
  types: [0x4300],
  reserved: [0xff, 0xff, 0xff, 0xff, 0xff, 0],
  read: (reader) => {
    reader.hex("Reserved", 5);
    // Section 2: what is greater than 2 is discarded and logged, and so is nothing to act upon.
    const state = VALIDATION_STATES[reader.u8("validationstate")];
    return state === undefined ? null : { name: "originValidationState", state };
  },
  write: ({ state }, writer) => {
    const value = VALIDATION_STATES.indexOf(state);
    if (value < 0) {
      throw new ConfigError("invalid-value", "extendedCommunities.state", `"${state}" is no validation state`);
    }
    writer.u32(0);
    writer.u16(value);
  },
  format: ({ state }) => [VALIDATION_WORDS[VALIDATION_STATES.indexOf(state)] ?? ""],
  parse: (text) => ({
    name: "originValidationState",
    state: VALIDATION_STATES[VALIDATION_WORDS.indexOf(text.word(VALIDATION_WORDS))]!,
  }),
};

export type TaggingCommunity = Generic | DataCollection | NodeTarget | OriginValidationState;

export const TAGGING_COMMUNITIES: readonly CommunityRow<TaggingCommunity>[] = [
  DATA_COLLECTION,
  NODE_TARGET,
  GENERIC,
  ORIGIN_VALIDATION_STATE,
];
