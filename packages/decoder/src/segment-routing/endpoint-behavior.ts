// SRv6 Endpoint Behaviors (IANA registry of RFC 8986 section 10.2): what a node does with a packet that has come to one of its
// SIDs. Names are the registry's, those of flavours put together as it puts them together.

const PLAIN = ["", "PSP", "USP", "PSP & USP"];
const WITH_USD = ["USD", "PSP & USD", "USP & USD", "PSP, USP & USD"];

/** The behaviour with each of some flavours, which are put behind those that it already has. */
function flavours(behavior: string, list: readonly string[]): string[] {
  const compressed = behavior.includes(" with ");
  return list.map((flavour) => {
    if (flavour === "") return behavior;
    if (!compressed) return `${behavior} with ${flavour}`;
    return `${behavior}${flavour.includes("&") ? "," : " &"} ${flavour}`;
  });
}

/** Names of consecutive numbers, and the first of these. */
// prettier-ignore
const RUNS: readonly (readonly [first: number, names: readonly string[]])[] = [
  // RFC 8986
  [1, [...flavours("End", PLAIN), ...flavours("End.X", PLAIN), ...flavours("End.T", PLAIN)]],
  [14, ["End.B6.Encaps", "End.BM", "End.DX6", "End.DX4", "End.DT6", "End.DT4", "End.DT46", "End.DX2", "End.DX2V", "End.DT2U", "End.DT2M"]],
  [27, ["End.B6.Encaps.Red", ...flavours("End", WITH_USD), ...flavours("End.X", WITH_USD), ...flavours("End.T", WITH_USD)]],
  // RFC 9433
  [40, ["End.MAP", "End.Limit"]],
  // RFC 9800
  [42, ["End with NEXT-ONLY-CSID", ...flavours("End with NEXT-CSID", [...PLAIN, ...WITH_USD])]],
  [51, ["End.X with NEXT-ONLY-CSID", ...flavours("End.X with NEXT-CSID", [...PLAIN, ...WITH_USD])]],
  [60, ["DX6", "DX4", "DT6", "DT4", "DT46", "DX2", "DX2V", "DT2U", "DT2M"].map((one) => `End.${one} with NEXT-CSID`)],
  // RFC 9433
  [69, ["End.M.GTP6.D", "End.M.GTP6.D.Di", "End.M.GTP6.E", "End.M.GTP4.E"]],
  // RFC 9524
  [75, ["End.Replicate"]],
  // RFC 10018
  [76, ["End.DTMC4", "End.DTMC6", "End.DTMC46"]],
  // RFC 9800
  [85, flavours("End.T with NEXT-CSID", [...PLAIN, ...WITH_USD])],
  [93, ["End.B6.Encaps with NEXT-CSID", "End.B6.Encaps.Red with NEXT-CSID", "End.BM with NEXT-CSID"]],
  // RFC 9545
  [100, ["End.PSID"]],
  // RFC 9800
  [101, ["End", "End.X", "End.T"].flatMap((one) => flavours(`${one} with REPLACE-CSID`, PLAIN))],
  [114, ["B6.Encaps", "BM", "DX6", "DX4", "DT6", "DT4", "DT46", "DX2", "DX2V", "DT2U", "DT2M"].map((one) => `End.${one} with REPLACE-CSID`)],
  [127, ["End.B6.Encaps.Red with REPLACE-CSID"]],
  [128, ["End", "End.X", "End.T"].flatMap((one) => flavours(`${one} with REPLACE-CSID`, WITH_USD))],
  // RFC 8986
  [0xffff, ["Opaque"]],
];

const NAMES: ReadonlyMap<number, string> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ RUNS.flatMap(([first, names]) => names.map((name, i) => [first + i, name] as const)),
);

/**
 * The registry's name of an SRv6 Endpoint Behavior, or "endpoint behavior 999".
 *
 * @example endpointBehaviorName(19) // "End.DT4"
 * @example endpointBehaviorName(47) // "End with NEXT-CSID & USD"
 */
export function endpointBehaviorName(behavior: number): string {
  return NAMES.get(behavior) ?? `endpoint behavior ${behavior}`;
}
