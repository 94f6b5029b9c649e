// The configuration that a run has now, and how another takes its place: peers and routes that are the same in both are not
// touched, and where anything in the new one is wrong nothing is changed at all.
import { isDeepStrictEqual } from "node:util";
import { ConfigError, SpeakerMachine, type Family, type Peer, type Plugin, type Speaker } from "@bgpwire/core";
import { advertiseRouter, dialRouters } from "@bgpwire/transport-node";
import type { RouteKey } from "../announce/advertiser.ts";
import type { Announcement } from "../announce/announcement.ts";
import type { OwnRoutes } from "../announce/own-routes.ts";
import { InputError } from "../config/input-error.ts";
import type { PlannedPeer, RunPlan } from "../config/plan.ts";
import { LinkTasks } from "./link-tasks.ts";

/** What a reload has done. Peers by id, listen ranges by prefix. */
export interface Reloaded {
  readonly added: readonly string[];
  readonly changed: readonly { readonly peer: string; readonly session: "kept" | "reset" }[];
  readonly removed: readonly string[];
  /** Routes to tell sessions of, by prefix. */
  readonly routes: readonly RouteKey[];
  readonly announced: number;
  readonly withdrawn: number;
}

/** A peer of the configuration; null is a listen range. */
interface Configured {
  planned: PlannedPeer;
  peer: Peer | null;
}

/** Makes the plugin of a peer. `deferred` are families that wait for `onSelection`; `planned` says what holds for a new session. */
type MakePlugin = (deferred: readonly Family[], planned: () => PlannedPeer) => Plugin;

/** The core's names of what a configuration calls otherwise. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  remoteAddress: "address",
  remotePort: "port",
  remoteAs: "as",
  dampPeerOscillations: "damping",
};

/** The configuration of a speaker that runs. */
export class RunningConfiguration {
  readonly #speaker: Speaker;
  readonly #routes: OwnRoutes;
  readonly #makePlugin: MakePlugin;
  readonly #advertisements = new LinkTasks((device) => `routerAdvertisements on ${device}`, advertiseRouter);
  readonly #dialling = new LinkTasks(
    (device) => `%${device}: cannot be dialled (passive waits for the neighbour instead)`,
    (device) => dialRouters(this.#speaker, device),
  );
  readonly #peers = new Map<string, Configured>();
  /** Of peers that listen ranges have made, too. */
  readonly #ofPeer = new WeakMap<Peer, Configured>();
  #plan: RunPlan;

  /**
   * Gives a speaker its peers and a table its routes.
   *
   * @throws InputError for what the core refuses
   */
  constructor(speaker: Speaker, routes: OwnRoutes, plan: RunPlan, makePlugin: MakePlugin) {
    this.#speaker = speaker;
    this.#routes = routes;
    this.#plan = plan;
    this.#makePlugin = makePlugin;
    checkPeers(plan, speaker);
    this.#beginOnLinks(plan);
    for (const peer of plan.peers) this.#add(peer);
    for (const route of plan.announcements) routes.set(route);
  }

  /**
   * Whether another plan could take the place of this one. What it needs of the system begins, until `keep`.
   *
   * @param file its name, for messages
   * @throws InputError for what is wrong
   */
  check(plan: RunPlan, file: string): void {
    if (plan.format !== this.#plan.format) {
      const why = "whoever reads the output would not expect it";
      throw new InputError(
        `${file}: format: cannot be changed by a reload, as ${why}; stop and start again to change it`,
      );
    }
    checkPeers(plan, this.#speaker);
    this.#beginOnLinks(plan);
  }

  /** Ends what only `check` has begun: the plan stays. */
  keep(): void {
    this.#keepOnLinks(this.#plan);
  }

  /**
   * Puts another plan, which was checked, in the place of this one. Sessions of peers that are the same go on. One whose OPEN
   * changes ends with Cease/Other Configuration Change, that of a peer that is no more with Cease/Peer De-configured (RFC 4486
   * section 4). Routes that were typed stay.
   */
  replace(plan: RunPlan): Reloaded {
    const wanted = new Map(plan.peers.map((planned) => [keyOf(planned), planned]));
    const removed = [...this.#peers].filter(([key]) => !wanted.has(key)).map(([key, one]) => this.#remove(key, one));
    const changed = [...wanted].flatMap(([key, planned]) => this.#change(key, planned) ?? []);
    const added = plan.peers.filter((planned) => !this.#peers.has(keyOf(planned)));
    this.#giveWay(added);
    for (const planned of added) this.#add(planned);
    const routes = this.#changeRoutes(this.#plan.announcements, plan.announcements);
    this.#plan = plan;
    this.keep();
    return { added: added.map(nameOf), changed, removed, ...routes };
  }

  /** What was put in place last. */
  get plan(): RunPlan {
    return this.#plan;
  }

  /** What holds for a peer; null for one that is none of this configuration. */
  plannedOf(peer: Peer): PlannedPeer | null {
    return this.#ofPeer.get(peer)?.planned ?? null;
  }

  /** Ends what goes on beside the sessions. */
  close(): void {
    this.#keepOnLinks({ advertise: [], dial: [] });
  }

  #beginOnLinks({ advertise, dial }: RunPlan): void {
    this.#advertisements.begin(advertise);
    this.#dialling.begin(dial);
  }

  #keepOnLinks({ advertise, dial }: Pick<RunPlan, "advertise" | "dial">): void {
    this.#advertisements.keep(advertise);
    this.#dialling.keep(dial);
  }

  /** Peers that a listen range has made go where one is configured. */
  #giveWay(added: readonly PlannedPeer[]): void {
    const addresses = new Set(added.filter(({ range }) => range === null).map(({ options }) => options.remoteAddress));
    for (const { id, dynamic, remoteAddress } of this.#speaker.peers()) {
      if (dynamic && addresses.has(remoteAddress)) this.#speaker.deletePeer(id);
    }
  }

  #add(planned: PlannedPeer): void {
    const { range, options } = planned;
    const { restarting = false, families = [] } = options.gracefulRestart ?? {};
    const configured: Configured = { planned, peer: null };
    const plugin = this.#makePlugin(restarting ? families : [], () => configured.planned);
    if (range === null) {
      configured.peer = this.#speaker.addPeer(options, plugin);
      this.#ofPeer.set(configured.peer, configured);
    } else {
      const { remoteAddress: _, ...rest } = options;
      // A peer that a range makes is told of by its first state.
      const onStateChange = (peer: Peer): void => void this.#ofPeer.set(peer, configured);
      this.#speaker.addListenRange({ ...rest, prefix: range.prefix, limit: range.limit }, { ...plugin, onStateChange });
    }
    this.#peers.set(keyOf(planned), configured);
  }

  #remove(key: string, { planned, peer }: Configured): string {
    this.#peers.delete(key);
    if (peer !== null) this.#speaker.deletePeer(peer.id);
    else this.#speaker.deleteListenRange(planned.range!.prefix, planned.options.localAddress);
    return peer?.id ?? nameOf(planned);
  }

  /** Null where there is nothing to change. */
  #change(key: string, wanted: PlannedPeer): Reloaded["changed"][number] | null {
    const configured = this.#peers.get(key);
    if (configured === undefined) return null;
    const { planned: before, peer } = configured;
    const after = withoutRestart(before, wanted);
    const changes: Record<string, unknown> = {};
    for (const field of new Set([...Object.keys(before.options), ...Object.keys(after.options)])) {
      const value = after.options[field as keyof PlannedPeer["options"]];
      if (!isDeepStrictEqual(value, before.options[field as keyof PlannedPeer["options"]])) changes[field] = value;
    }
    if (after.range?.limit !== before.range?.limit) changes["limit"] = after.range?.limit;
    const name = peer?.id ?? nameOf(after);
    if (Object.keys(changes).length === 0) {
      configured.planned = after;
      return isDeepStrictEqual(beside(after), beside(before)) ? null : { peer: name, session: "kept" };
    }
    const session =
      peer === null
        ? this.#speaker.changeListenRange(name, changes, after.options.localAddress)
        : this.#speaker.changePeer(name, changes);
    configured.planned = after;
    return { peer: name, session };
  }

  /** What has been typed since, over a route of the file or beside it, stays as long as the file does not speak of it anew. */
  #changeRoutes(
    before: readonly Announcement[],
    after: readonly Announcement[],
  ): Pick<Reloaded, "routes" | "announced" | "withdrawn"> {
    const old = new Map(before.map((route) => [routeKey(route), route]));
    const wanted = new Map(after.map((route) => [routeKey(route), route]));
    const gone = [...old].filter(([key, route]) => {
      return !wanted.has(key) && isDeepStrictEqual(this.#routes.get(route.prefix, route.pathId), route);
    });
    for (const [, { prefix, pathId }] of gone) this.#routes.delete(prefix, pathId);
    const come = [...wanted].filter(([key, route]) => !isDeepStrictEqual(old.get(key), route));
    for (const [, route] of come) this.#routes.set(route);
    return {
      routes: [...gone, ...come].map(([, route]) => route),
      announced: come.length,
      withdrawn: gone.length,
    };
  }
}

/** Gives the peers to a machine that nobody runs, so that all the core or the system refuses is known before anything happens. */
function checkPeers({ routerId, peers }: RunPlan, speaker: Speaker): void {
  const machine = new SpeakerMachine<null>({ routerId, seed: 0 });
  for (const { from, range, options } of peers) {
    try {
      const { remoteAddress: _, ...rest } = options;
      if (range === null) machine.add(0, options, () => null);
      else machine.addRange({ ...rest, prefix: range.prefix, limit: range.limit }, () => null);
      speaker.checkSocketOptions(options);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const message = error.field === "" ? error.message : error.message.slice(error.field.length + 2);
      const field = FIELD_NAMES[error.field] ?? error.field;
      throw new InputError(field === "" ? `${from}: ${message}` : `${from}: ${field}: ${message}`);
    }
  }
}

/** A reload is no restart of ours: what OPENs say of that stays. */
function withoutRestart(before: PlannedPeer, after: PlannedPeer): PlannedPeer {
  const { gracefulRestart } = after.options;
  if (gracefulRestart === undefined) return after;
  const restarting = before.options.gracefulRestart?.restarting ?? false;
  return { ...after, options: { ...after.options, gracefulRestart: { ...gracefulRestart, restarting } } };
}

/** What of a peer is not the core's. */
function beside({ group, prefixes, policy }: PlannedPeer): unknown {
  return [group, prefixes, policy];
}

/** What makes a peer this peer. */
function keyOf({ range, options }: PlannedPeer): string {
  return `${range?.prefix ?? options.remoteAddress}@${options.localAddress ?? "any"}`;
}

function nameOf({ range, options }: PlannedPeer): string {
  return range?.prefix ?? options.remoteAddress;
}

function routeKey({ prefix, pathId }: Announcement): string {
  return `${prefix} ${pathId}`;
}
