// How the attributes of `UNICAST` are written. They are in nearly every program, and most programs only read: so their rows do
// not refer to these, and whoever writes brings them all.
import { encodeAggregator, encodeAs4Aggregator } from "./aggregator.ts";
import { encodeAs4Path } from "./as4-path.ts";
import { encodeAsPath } from "./as-path.ts";
import { encodeAtomicAggregate } from "./atomic-aggregate.ts";
import { encodeCommunities } from "./communities.ts";
import { encodeLargeCommunities } from "./large-communities.ts";
import { encodeLocalPref } from "./local-pref.ts";
import { encodeMpReachNlri } from "./mp-reach-nlri.ts";
import { encodeMpUnreachNlri } from "./mp-unreach-nlri.ts";
import { encodeMultiExitDisc } from "./multi-exit-disc.ts";
import { encodeNextHop } from "./next-hop.ts";
import { encodeOrigin } from "./origin.ts";
import type { AttributeEncoder } from "./row.ts";

/** By attribute code. */
export const ENCODERS: Readonly<Record<number, AttributeEncoder>> = {
  1: encodeOrigin,
  2: encodeAsPath,
  3: encodeNextHop,
  4: encodeMultiExitDisc,
  5: encodeLocalPref,
  6: encodeAtomicAggregate,
  7: encodeAggregator,
  8: encodeCommunities,
  14: encodeMpReachNlri,
  15: encodeMpUnreachNlri,
  17: encodeAs4Path,
  18: encodeAs4Aggregator,
  32: encodeLargeCommunities,
};
