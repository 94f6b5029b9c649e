// What a capture holds, counted while it is read.
import { decodeNotification, familyName } from "@bgpwire/core";
import { pduBody, peerOf, timeText, typeOf, type CaptureEvent, type EventReading, type Time } from "@bgpwire/capture";
import { describeNotification } from "../output/describe.ts";
import { notificationText } from "../output/text.ts";
import { plain } from "../output/sink.ts";
import { Histogram } from "./histogram.ts";

/** Most resets that are told one by one; the rest is counted. */
const MOST_RESETS = 20;

/** One who sent something. */
export interface Talker {
  readonly address: string;
  readonly as: number | null;
  readonly sessions: Set<number>;
  messages: number;
  announced: number;
  withdrawn: number;
  /** In tables. */
  routes: number;
}

/** Routes of one family. */
export interface FamilyCounts {
  announced: number;
  withdrawn: number;
  routes: number;
}

/** Counts events. */
export class CaptureStats {
  events = 0;
  first: Time | null = null;
  last: Time | null = null;
  /** Messages over time. */
  readonly messages: Histogram = new Histogram();
  readonly types: Map<string, number> = new Map();
  readonly talkers: Map<string, Talker> = new Map();
  readonly families: Map<string, FamilyCounts> = new Map();
  readonly sessions: Set<number> = new Set();
  /** Sessions that ended, and why, as lines. */
  readonly resets: string[] = [];
  moreResets = 0;
  /** Sessions in which there was a NOTIFICATION. */
  readonly #notified = new Set<number>();

  /** Counts an event. */
  add(reading: EventReading): void {
    const { event } = reading;
    const type = typeOf(event);
    this.events += 1;
    this.types.set(type, (this.types.get(type) ?? 0) + 1);
    if (event.kind === "problem") return;
    const { seconds, nanoseconds } = event;
    // What is said of the capture itself need not have a time.
    if (event.kind !== "information") {
      this.first ??= { seconds, nanoseconds };
      this.last = { seconds, nanoseconds };
    }
    if ("direction" in event) this.sessions.add(event.direction.session);
    if (event.kind === "message") this.messages.add(seconds);
    this.#end(event);
    // The AS number of a peer is known from its OPEN on.
    const talker = event.kind === "message" || event.kind === "route" ? this.#talker(event) : null;
    if (talker !== null) this.#count(reading, talker);
  }

  /** Where a session ends, which is told once: by its NOTIFICATION if there is one. */
  #end(event: CaptureEvent): void {
    const reset = resetText(event);
    if (reset === null || event.kind === "problem" || !("direction" in event)) return;
    const { session } = event.direction;
    if (event.kind === "down" && this.#notified.has(session)) return;
    if (event.kind === "message") this.#notified.add(session);
    this.#reset(`${timeText(event)}  ${reset}`);
  }

  #reset(text: string): void {
    if (this.resets.length < MOST_RESETS) this.resets.push(text);
    else this.moreResets += 1;
  }

  #talker(event: CaptureEvent): Talker | null {
    const peer = peerOf(event);
    if (peer === null) return null;
    const key = `${peer.address} ${peer.as}`;
    let talker = this.talkers.get(key);
    if (talker === undefined) {
      const { address, as } = peer;
      talker = { address, as, sessions: new Set(), messages: 0, announced: 0, withdrawn: 0, routes: 0 };
      this.talkers.set(key, talker);
    }
    return talker;
  }

  #count({ event, routes }: EventReading, talker: Talker): void {
    if (event.kind === "message") talker.messages += 1;
    if ("direction" in event) talker.sessions.add(event.direction.session);
    if (event.kind === "route") {
      talker.routes += 1;
      this.#family(familyName(event.family)).routes += 1;
      return;
    }
    talker.announced += routes.announced.length;
    talker.withdrawn += routes.withdrawn.length;
    for (const { family } of routes.announced) this.#family(familyName(family)).announced += 1;
    for (const { family } of routes.withdrawn) this.#family(familyName(family)).withdrawn += 1;
  }

  #family(name: string): FamilyCounts {
    let counts = this.families.get(name);
    if (counts === undefined) {
      counts = { announced: 0, withdrawn: 0, routes: 0 };
      this.families.set(name, counts);
    }
    return counts;
  }
}

/** The number of Established (RFC 6396 section 4.4.1). */
const ESTABLISHED = 6;

/** Why a session ended here; null where none did. */
function resetText(event: CaptureEvent): string | null {
  if (!("direction" in event)) return null;
  const { sender, receiver } = event.direction;
  const who = `${sender.address} → ${receiver.address}`;
  if (event.kind === "down") return `${who}  ${event.reason}`;
  if (event.kind === "state") return event.oldState === ESTABLISHED ? `${who}  left Established` : null;
  if (event.kind !== "message" || typeOf(event) !== "notification") return null;
  const notification = decodeNotification(pduBody(event));
  if (notification === null) return `${who}  NOTIFICATION`;
  return `${who}  NOTIFICATION ${notificationText(describeNotification(notification), plain)}`;
}
