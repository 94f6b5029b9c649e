// The tiers of the decoder, each as a function that reads one UPDATE and counts what is in it, so that all can be checked
// against the generator and against CoreBGP.
import { AttributeCode } from "@bgpwire/core";
import type { Slice } from "@bgpwire/core";
import {
  AGGREGATOR,
  asPathNumbers,
  AS_PATH,
  ATOMIC_AGGREGATE,
  attributeHandler,
  COMMUNITIES,
  createUpdateDecoder,
  decodeUpdate,
  ipv4NumberListHandler,
  ipv4PrefixHandler,
  ipv6NumberListHandler,
  ipv6PrefixHandler,
  LARGE_COMMUNITY,
  MULTI_EXIT_DISC,
  nextHopHandler,
  ORIGIN,
  u32At,
  numberList,
  UpdateView,
} from "@bgpwire/decoder";
import type { AsPathSegment, DecodeContext, LargeCommunity, NlriCursor, PathAttribute } from "@bgpwire/decoder";

/** What every sink counts. */
export interface Counts {
  prefixes: number;
  asSum: number;
  communities: number;
}

/** Reads the body of an UPDATE and adds to the counts. */
export type Tier = (update: Slice) => void;

/** The tiers by name. */
export const TIERS: Readonly<Record<string, (context: DecodeContext, counts: Counts) => Tier>> = {
  walk: walkTier,
  compose: composedTier,
  numbers: numbersTier,
  objects: objectTier,
};

/** `UpdateView`: everything is checked, nothing is made. What is counted is read from the bytes. */
function walkTier(context: DecodeContext, counts: Counts): Tier {
  const view = new UpdateView(context);
  return (update) => {
    view.read(update);
    accepted(view.action);
    counts.prefixes +=
      countRoutes(view.withdrawn()) +
      countRoutes(view.announced()) +
      countRoutes(view.reach()) +
      countRoutes(view.unreach());
    const path = view.find(AttributeCode.AsPath);
    if (path >= 0) counts.asSum += sumPath(view.buffer, view.valueStart(path), view.valueEnd(path));
    const communities = view.find(AttributeCode.Communities);
    if (communities >= 0) counts.communities += (view.valueEnd(communities) - view.valueStart(communities)) / 4;
    const large = view.find(AttributeCode.LargeCommunity);
    if (large >= 0) counts.communities += (view.valueEnd(large) - view.valueStart(large)) / 12;
  };
}

function countRoutes(routes: NlriCursor): number {
  let count = 0;
  while (routes.next()) count += 1;
  return count;
}

function sumPath(buffer: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end;) {
    const segmentEnd = at + 2 + 4 * buffer[at + 1]!;
    for (at += 2; at < segmentEnd; at += 4) {
      sum += buffer[at]! * 0x1_00_00_00 + ((buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!);
    }
  }
  return sum;
}

/** What the handlers of the composed decoder fill: the same fields as CoreBGP's example has. */
class Collected {
  origin = "";
  asPath: readonly AsPathSegment[] = [];
  nextHop = "";
  med = 0;
  atomicAggregate = false;
  aggregatorAs = 0;
  communities: readonly number[] = [];
  largeCommunities: readonly LargeCommunity[] = [];
  readonly announced: string[] = [];
  readonly withdrawn: string[] = [];
}

/** `createUpdateDecoder`, the counterpart of CoreBGP's UpdateDecoder. */
function composedTier(context: DecodeContext, counts: Counts): Tier {
  const decoder = createUpdateDecoder<Collected>({
    attribute: {
      [AttributeCode.Origin]: attributeHandler(ORIGIN, (into, { value }) => void (into.origin = value)),
      [AttributeCode.AsPath]: attributeHandler(AS_PATH, (into, { segments }) => void (into.asPath = segments)),
      [AttributeCode.NextHop]: nextHopHandler((into, nextHop) => void (into.nextHop = nextHop)),
      [AttributeCode.MultiExitDisc]: attributeHandler(MULTI_EXIT_DISC, (into, { value }) => void (into.med = value)),
      [AttributeCode.AtomicAggregate]: attributeHandler(ATOMIC_AGGREGATE, (into) => void (into.atomicAggregate = true)),
      [AttributeCode.Aggregator]: attributeHandler(AGGREGATOR, (into, { as }) => void (into.aggregatorAs = as)),
      [AttributeCode.Communities]: attributeHandler(COMMUNITIES, (into, { communities }) => {
        into.communities = communities;
      }),
      [AttributeCode.LargeCommunity]: attributeHandler(LARGE_COMMUNITY, (into, { communities }) => {
        into.largeCommunities = communities;
      }),
    },
    withdrawn: ipv4PrefixHandler((into, prefix) => void into.withdrawn.push(prefix)),
    announced: ipv4PrefixHandler((into, prefix) => void into.announced.push(prefix)),
    unreach: {
      "ipv4-multicast": ipv4PrefixHandler((into, prefix) => void into.withdrawn.push(prefix)),
      "ipv6-unicast": ipv6PrefixHandler((into, prefix) => void into.withdrawn.push(prefix)),
    },
    reach: {
      "ipv4-multicast": { nlri: ipv4PrefixHandler((into, prefix) => void into.announced.push(prefix)) },
      "ipv6-unicast": {
        nextHop: nextHopHandler((into, nextHop) => void (into.nextHop = nextHop)),
        nlri: ipv6PrefixHandler((into, prefix) => void into.announced.push(prefix)),
      },
    },
  });
  return (update) => {
    const into = new Collected();
    accepted(decoder.decode(update, context, into).action);
    counts.prefixes += into.announced.length + into.withdrawn.length;
    counts.communities += into.communities.length + into.largeCommunities.length;
    counts.asSum += sumSegments(into.asPath);
  };
}

/** The same with numbers for everything, as CoreBGP's values are. */
class Numbers {
  origin = 0;
  asPath = NONE;
  nextHop = 0;
  med = 0;
  atomicAggregate = false;
  aggregatorAs = 0;
  communities = NONE;
  /** Three each. */
  largeCommunities = NONE;
  /** Network and length of each. */
  announced = NONE;
  withdrawn = NONE;
  /** Four numbers of the network, and the length. */
  announced6 = NONE;
  withdrawn6 = NONE;
}

const NONE: readonly number[] = [];

/** `createUpdateDecoder` without text, and with one function for all attributes, as CoreBGP has it. */
function numbersTier(context: DecodeContext, counts: Counts): Tier {
  const announced = ipv4NumberListHandler<Numbers>((into, numbers) => void (into.announced = numbers));
  const withdrawn = ipv4NumberListHandler<Numbers>((into, numbers) => void (into.withdrawn = numbers));
  const decoder = createUpdateDecoder<Numbers>({
    attribute: takeNumbers,
    withdrawn,
    announced,
    unreach: {
      "ipv4-multicast": withdrawn,
      "ipv6-unicast": ipv6NumberListHandler((into, numbers) => void (into.withdrawn6 = numbers)),
    },
    reach: {
      "ipv4-multicast": { nlri: announced },
      "ipv6-unicast": {
        nlri: ipv6NumberListHandler((into, numbers) => void (into.announced6 = numbers)),
      },
    },
  });
  return (update) => {
    const into = new Numbers();
    accepted(decoder.decode(update, context, into).action);
    counts.prefixes += (into.announced.length + into.withdrawn.length) / 2;
    counts.prefixes += (into.announced6.length + into.withdrawn6.length) / 5;
    counts.communities += into.communities.length + into.largeCommunities.length / 3;
    counts.asSum += sumPathNumbers(into.asPath);
  };
}

function takeNumbers(
  into: Numbers,
  code: number,
  buffer: Uint8Array,
  start: number,
  end: number,
  context: DecodeContext,
): void {
  switch (code) {
    case 1: // ORIGIN
      into.origin = buffer[start]!;
      return;
    case 2: // AS_PATH
      into.asPath = asPathNumbers(buffer, start, end, context);
      return;
    case 3: // NEXT_HOP
      into.nextHop = u32At(buffer, start);
      return;
    case 4: // MULTI_EXIT_DISC
      into.med = u32At(buffer, start);
      return;
    case 6: // ATOMIC_AGGREGATE
      into.atomicAggregate = true;
      return;
    case 7: // AGGREGATOR
      into.aggregatorAs = u32At(buffer, start);
      return;
    case 8: // COMMUNITIES
      into.communities = numberList(buffer, start, end);
      return;
    case 32: // LARGE_COMMUNITY
      into.largeCommunities = numberList(buffer, start, end);
  }
}

/** `decodeUpdate`: the whole message as objects. */
function objectTier(context: DecodeContext, counts: Counts): Tier {
  return (update) => {
    const { update: decoded, action } = decodeUpdate(update, context);
    accepted(action);
    counts.prefixes += decoded.withdrawn.length + decoded.nlri.length;
    for (let i = 0; i < decoded.attributes.length; i++) countAttribute(decoded.attributes[i]!, counts);
  };
}

function countAttribute(attribute: PathAttribute, counts: Counts): void {
  switch (attribute.name) {
    case "asPath":
      counts.asSum += sumSegments(attribute.segments);
      return;
    case "communities":
    case "largeCommunities":
      counts.communities += attribute.communities.length;
      return;
    case "mpReachNlri":
    case "mpUnreachNlri":
      if (attribute.kind === "prefix") counts.prefixes += attribute.nlri.length;
  }
}

function sumSegments(segments: readonly AsPathSegment[]): number {
  // By index: what is made of the values is not what is measured here.
  let sum = 0;
  for (let i = 0; i < segments.length; i++) {
    const { asNumbers } = segments[i]!;
    for (let k = 0; k < asNumbers.length; k++) sum += asNumbers[k]!;
  }
  return sum;
}

function sumPathNumbers(path: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < path.length;) {
    const end = i + 2 + path[i + 1]!;
    for (i += 2; i < end; i++) sum += path[i]!;
  }
  return sum;
}

function accepted(action: string): void {
  if (action !== "none") throw new Error(`the decoder's verdict on an UPDATE of the generator is ${action}`);
}
