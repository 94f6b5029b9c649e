// What a capture holds that can be played: for each sender of each session its UPDATEs, for each peer of a table its routes.
import { bytesOf, decodeOpen, familyName, MessageType, type Family, type OpenMessage } from "@bgpwire/core";
import { pduBody, type CaptureEvent, type Endpoint, type MessageEvent, type RouteEvent } from "@bgpwire/capture";
import { decodeUpdate } from "@bgpwire/decoder";

/** What one sender says in one session, or what a table has of one peer. */
export class Part {
  sender: Endpoint;
  updates = 0;
  routes = 0;
  /** Its last one. */
  open: OpenMessage | null = null;
  /** Of its UPDATEs and routes, by name. Those of UPDATEs are looked for where its OPEN is not there to say it. */
  readonly families: Map<string, Family> = new Map();
  /** Families with path identifiers, by name. */
  readonly addPath: Map<string, Family> = new Map();
  /** Seconds since 1970 of its first and last UPDATE. */
  first = 0;
  last = 0;

  constructor(sender: Endpoint) {
    this.sender = sender;
  }

  /** What counts where the longest part is chosen. */
  get size(): number {
    return this.updates + this.routes;
  }

  takeMessage(event: MessageEvent): void {
    const { direction, type, seconds, nanoseconds } = event;
    // A later direction knows more of its ends.
    this.sender = direction.sender;
    const body = pduBody(event);
    if (type === MessageType.Open) {
      const open = decodeOpen(body);
      if (open.ok) this.open = open.value;
    }
    if (type !== MessageType.Update) return;
    const time = seconds + nanoseconds / 1e9;
    if (this.updates === 0) this.first = time;
    this.last = time;
    this.updates += 1;
    if (this.open !== null) return;
    const { update } = decodeUpdate(bytesOf(body), direction.context);
    if (update.nlri.length > 0 || update.withdrawn.length > 0) note(this.families, { afi: 1, safi: 1 });
    for (const one of update.attributes) {
      if (one.name === "mpReachNlri" || one.name === "mpUnreachNlri") note(this.families, one);
    }
    for (const family of direction.context.addPath) note(this.addPath, family);
  }

  takeRoute({ family, pathId }: RouteEvent): void {
    this.routes += 1;
    note(this.families, family);
    if (pathId !== null) note(this.addPath, family);
  }
}

function note(families: Map<string, Family>, { afi, safi }: Family): void {
  families.set(familyName({ afi, safi }), { afi, safi });
}

/** Established, as records of MRT write it (RFC 6396 section 4.4.1). */
const ESTABLISHED = 6;

/** Tells of the events of a capture, from its beginning on, which part each is of. */
export class PartNames {
  /** How often a session of the capture has begun anew: MRT tells no connections apart. */
  readonly #lives = new Map<number, number>();
  /** Sessions with an UPDATE since. */
  readonly #used = new Set<number>();

  /** The same text for all events of one part. Null for what is not played. */
  of(event: CaptureEvent): string | null {
    if (event.kind === "route") return `table ${event.peer.address}`;
    if (event.kind !== "message" && event.kind !== "state") return null;
    const { session, sender } = event.direction;
    const ends = event.kind === "state" ? event.oldState === ESTABLISHED : event.type === MessageType.Open;
    if (ends && this.#used.delete(session)) this.#lives.set(session, (this.#lives.get(session) ?? 0) + 1);
    if (event.kind === "state") return null;
    if (event.type === MessageType.Update) this.#used.add(session);
    return `session ${session}.${this.#lives.get(session) ?? 0} ${sender.address} ${sender.port}`;
  }
}

/** A part with its name. */
export interface Chosen {
  readonly name: string;
  readonly part: Part;
}

/** Looks through a whole capture. */
export class Survey {
  readonly #names = new PartNames();
  readonly #parts = new Map<string, Part>();
  /** Places of the file that could not be read, and why the first. */
  problems = 0;
  problem: string | null = null;

  take(event: CaptureEvent): void {
    if (event.kind === "problem") {
      this.problems += 1;
      this.problem ??= event.reason;
    }
    const name = this.#names.of(event);
    if (name === null) return;
    if (event.kind === "route") this.#part(name, event.peer).takeRoute(event);
    if (event.kind === "message") this.#part(name, event.direction.sender).takeMessage(event);
  }

  #part(name: string, sender: Endpoint): Part {
    const known = this.#parts.get(name);
    if (known !== undefined) return known;
    const part = new Part(sender);
    this.#parts.set(name, part);
    return part;
  }

  /** The part with the most UPDATEs and routes, of this sender where one is given. Null where there is none. */
  longest(from: string | null): Chosen | null {
    let best: Chosen | null = null;
    for (const [name, part] of this.#parts) {
      if (part.size === 0 || (from !== null && part.sender.address !== from)) continue;
      if (best === null || part.size > best.part.size) best = { name, part };
    }
    return best;
  }

  /** All who have said something, with how much that is, most first; for people. */
  senders(): string {
    const sizes = new Map<string, number>();
    for (const { sender, size } of this.#parts.values()) {
      if (size > 0) sizes.set(sender.address, (sizes.get(sender.address) ?? 0) + size);
    }
    const sorted = [...sizes].toSorted(([, one], [, other]) => other - one);
    const shown = sorted.slice(0, 10).map(([address, size]) => `${address} (${size})`);
    return shown.join(", ") + (sorted.length > shown.length ? ", …" : "");
  }
}
