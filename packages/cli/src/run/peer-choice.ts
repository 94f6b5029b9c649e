// Which peers somebody asks about: `show peers state=down as=65002` and `/peers?state=down&as=65002` have the same words.
import { addressVersion, normaliseAddress, parseZonedPrefix, prefixContains, type Peer } from "@bgpwire/core";
import { InputError, quote } from "../config/input-error.ts";
import { parseAsNumbers, rangeOf } from "../config/model.ts";
import { canonicalPrefix, type PlannedPeer } from "../config/plan.ts";

/** What the configuration says of a peer; null for one that it does not know any more. */
export type PlannedOf = (peer: Peer) => PlannedPeer | null;

/** Whether a peer is one of those that are asked about. */
export type PeerChoice = (peer: Peer, plannedOf: PlannedOf) => boolean;

/** Words for `state` that are no state of the FSM. */
const UP = { up: true, down: false } as const;

const STATES = ["idle", "connect", "active", "opensent", "openconfirm", "established"];

interface Filter {
  readonly accepts: string;
  /** Null for a text that is none. */
  read(text: string): PeerChoice | null;
}

/** The filters by name. */
const FILTERS: Readonly<Record<string, Filter>> = {
  address: { accepts: "an address, a prefix, or %DEVICE", read: readAddress },
  state: { accepts: `up, down, or a state: ${STATES.join(", ")}`, read: readState },
  as: { accepts: "an AS number or a range of them, such as 64512-65534", read: readAs },
  group: { accepts: "the group that the configuration puts peers in", read: readGroup },
  range: { accepts: "the prefix of a listen range, or %DEVICE", read: readRange },
};

/** What each of them takes, for help. */
export const PEER_FILTERS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(FILTERS).map(([name, { accepts }]) => [name, accepts]),
);

/**
 * Reads filters. Of one name any will do, of several names each has to; commas stand between several of one name.
 *
 * @returns null where there are none: all peers are meant
 * @throws InputError that names what is wrong and what is accepted
 * @example readPeerChoice([["state", "idle,active"], ["as", "65002"]])
 */
export function readPeerChoice(given: Iterable<readonly [name: string, text: string]>): PeerChoice | null {
  const byName = new Map<string, PeerChoice[]>();
  for (const [name, texts] of given) {
    const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name]! : null;
    if (filter === null) {
      const known = Object.keys(FILTERS)
        .map((one) => `${one}=…`)
        .join(", ");
      throw new InputError(`there is no filter ${quote(name)}; give any of ${known}`);
    }
    const choices = byName.get(name) ?? [];
    for (const text of texts.split(",")) {
      const choice = filter.read(text);
      if (choice === null) throw new InputError(`${name}: ${quote(text)} is not accepted; give ${filter.accepts}`);
      choices.push(choice);
    }
    byName.set(name, choices);
  }
  if (byName.size === 0) return null;
  const all = [...byName.values()];
  return (peer, plannedOf) => all.every((any) => any.some((choice) => choice(peer, plannedOf)));
}

/** An address with a zone is one of that link, one without is one of any. */
function readAddress(text: string): PeerChoice | null {
  if (addressVersion(text) !== null) {
    const address = normaliseAddress(text)!;
    return ({ remoteAddress }) => remoteAddress === address || remoteAddress.replace(/%.*/, "") === address;
  }
  const range = rangeOf(text);
  if (range === null) return null;
  const { zone } = parseZonedPrefix(range)!;
  const prefix = range.replace(zone, "");
  return ({ remoteAddress }) => remoteAddress.endsWith(zone) && prefixContains(prefix, remoteAddress);
}

function readState(text: string): PeerChoice | null {
  const word = text.toLowerCase();
  if (word === "up" || word === "down") return ({ state }) => (state === "Established") === UP[word];
  return STATES.includes(word) ? ({ state }) => state.toLowerCase() === word : null;
}

/** The peer's AS number is that of its session, else those that the configuration names. */
function readAs(text: string): PeerChoice | null {
  const wanted = parseAsNumbers(text);
  if (wanted === null || typeof wanted === "string") return null;
  return (peer, plannedOf) => {
    const { state } = peer;
    const as = (state === "Established" ? peer.view().negotiated?.remoteAs : null) ?? configuredAs(plannedOf(peer));
    const ranges = typeof as === "number" ? [{ from: as, to: as }] : as;
    return ranges.some((one) => wanted.some(({ from, to }) => one.from <= to && from <= one.to));
  };
}

function configuredAs(planned: PlannedPeer | null): number | readonly { readonly from: number; readonly to: number }[] {
  if (planned === null) return [];
  const { remoteAs, localAs } = planned.options;
  if (remoteAs === "internal") return localAs;
  return typeof remoteAs === "string" ? [] : remoteAs;
}

function readGroup(text: string): PeerChoice | null {
  return text === "" ? null : (peer, plannedOf) => plannedOf(peer)?.group === text;
}

function readRange(text: string): PeerChoice | null {
  const range = rangeOf(text);
  if (range === null) return null;
  const prefix = canonicalPrefix("range", "prefix", range);
  return ({ listenRange }) => listenRange === prefix;
}
