// Where link-state information comes from (registry "BGP-LS Protocol-IDs" of IANA).

/** Protocol-IDs, 0 to 255. */
export const LinkStateProtocol = {
  IsIsLevel1: 1,
  IsIsLevel2: 2,
  OspfV2: 3,
  Direct: 4,
  StaticConfiguration: 5,
  OspfV3: 6,
  Bgp: 7,
  RsvpTe: 8,
  SegmentRouting: 9,
} as const;

/** As routers show them. */
const TEXT: readonly (string | undefined)[] = [
  undefined,
  "ISIS-L1",
  "ISIS-L2",
  "OSPFv2",
  "Direct",
  "Static",
  "OSPFv3",
  "BGP",
  "RSVP-TE",
  "SR",
];

/** The text of a Protocol-ID, or "Protocol-99". @example linkStateProtocolName(2) // "ISIS-L2" */
export function linkStateProtocolName(protocolId: number): string {
  return TEXT[protocolId] ?? `Protocol-${protocolId}`;
}

/** The Protocol-ID of a text that `linkStateProtocolName` gives; -1 when it is none. */
export function parseLinkStateProtocol(text: string): number {
  const known = TEXT.indexOf(text);
  if (known > 0) return known;
  const digits = /^Protocol-(0|[1-9]\d{0,2})$/.exec(text)?.[1];
  const protocolId = digits === undefined ? -1 : Number(digits);
  return protocolId <= 0xff && TEXT[protocolId] === undefined ? protocolId : -1;
}
