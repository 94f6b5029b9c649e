// A message of a corpus: where it comes from and how it is to be read.
import { createContext, STANDARD, UpdateView, type DecodeContext } from "@bgpwire/decoder";
import { decodeOpen, type Family, type OpenMessage } from "@bgpwire/core";

/** A whole BGP message with header, as some file has it. */
export interface ForeignMessage {
  /** "bmp/netgauze/evpn.pcap #12": the file, and which of its messages. */
  readonly source: string;
  readonly bytes: Uint8Array;
  /** Of the session, as far as the file says what it is. */
  readonly context: DecodeContext;
}

const HEADER = 19;

export function typeOf(message: ForeignMessage): number {
  return message.bytes[18]!;
}

/** The message without header. */
export function bodyOf(message: ForeignMessage): Uint8Array {
  return message.bytes.subarray(HEADER);
}

const MARKER = Buffer.alloc(16, 0xff);

/** Whole messages in octets that begin and end anywhere; between them there may be anything. */
export function messagesIn(bytes: Uint8Array): Uint8Array[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Uint8Array[] = [];
  for (let at = buffer.indexOf(MARKER); at >= 0 && at + HEADER <= bytes.length; at = buffer.indexOf(MARKER, at)) {
    const end = at + buffer.readUInt16BE(at + 16);
    if (end < at + HEADER || end > bytes.length) {
      at += 1;
      continue;
    }
    found.push(new Uint8Array(bytes.subarray(at, end)));
    at = end;
  }
  return found;
}

/** The OPEN in these messages, if there is one that can be read. */
export function openIn(messages: readonly Uint8Array[]): OpenMessage | null {
  for (const bytes of messages) {
    if (bytes[18] !== 1) continue;
    const open = decodeOpen({ buffer: bytes, start: HEADER, end: bytes.length }, false);
    if (open.ok) return open.value;
  }
  return null;
}

/** What one side says it can do with a family's path identifiers. */
function addPathOf(open: OpenMessage, direction: "send" | "receive"): Family[] {
  return open.capabilities.flatMap((capability) =>
    capability.name === "addPath"
      ? capability.entries.filter((entry) => entry.direction === "both" || entry.direction === direction)
      : [],
  );
}

/**
 * The context of what `sender` sends to `receiver`; null where neither OPEN is there. Where only one is, the other is taken to
 * say the same, which `guess` has to find wrong.
 */
export function contextBetween(sender: OpenMessage | null, receiver: OpenMessage | null): DecodeContext | null {
  const opens = [sender, receiver].filter((open) => open !== null);
  if (opens.length === 0) return null;
  const fourOctetAs = opens.every((open) => open.capabilities.some((capability) => capability.name === "fourOctetAs"));
  const sent = sender === null ? null : addPathOf(sender, "send");
  const received = receiver === null ? null : addPathOf(receiver, "receive");
  const addPath = (sent ?? received)!.filter(
    ({ afi, safi }) => received === null || received.some((family) => family.afi === afi && family.safi === safi),
  );
  return createContext({ fourOctetAs, addPath: addPath.map(({ afi, safi }) => ({ afi, safi })) });
}

const EVERY_FAMILY: readonly Family[] = STANDARD.families.map(({ afi, safi }) => ({ afi, safi }));

/** A session with path identifiers everywhere. */
export const WITH_PATHS: DecodeContext = createContext({ addPath: EVERY_FAMILY });

/** What a session may be of which nothing is known, the likeliest first. */
const GUESSES: readonly DecodeContext[] = [
  createContext(),
  createContext({ fourOctetAs: false }),
  WITH_PATHS,
  createContext({ fourOctetAs: false, addPath: EVERY_FAMILY }),
];

/** The guess with which least is wrong with an UPDATE. */
export function guess(bytes: Uint8Array): DecodeContext {
  return guessFrom(GUESSES, bytes);
}

/** The same where it is known that there are no path identifiers. */
export function guessWithoutPaths(bytes: Uint8Array): DecodeContext {
  return guessFrom(
    GUESSES.filter((context) => context.addPath.length === 0),
    bytes,
  );
}

function guessFrom(contexts: readonly DecodeContext[], bytes: Uint8Array): DecodeContext {
  if (bytes[18] !== 2) return contexts[0]!;
  const issues = contexts.map((context) => issuesIn(bytes, context));
  return contexts[issues.indexOf(Math.min(...issues))]!;
}

/** The context, unless it makes nonsense of an UPDATE. */
export function contextOrGuess(bytes: Uint8Array, context: DecodeContext | null): DecodeContext {
  return context === null || (bytes[18] === 2 && issuesIn(bytes, context) > 0) ? guess(bytes) : context;
}

function issuesIn(bytes: Uint8Array, context: DecodeContext): number {
  const view = viewOf(context).readRange(bytes, HEADER, bytes.length);
  // A reset hides what else there is.
  const issues = view.action === "none" ? 0 : view.verdict().issues.length + (view.action === "reset" ? 10 : 0);
  // Nobody announces a default route twice: its zeros are those of a path identifier.
  let defaults = 0;
  for (const routes of [view.announced(), view.reach()]) {
    while (routes.next()) if (bytes[routes.start] === 0 && routes.end === routes.start + 1) defaults += 1;
  }
  return issues + (defaults > 1 ? 1 : 0);
}

const VIEWS = new WeakMap<DecodeContext, UpdateView>();

/** One view for each context: what it holds is to be of no consequence to the next message. */
export function viewOf(context: DecodeContext): UpdateView {
  const view = VIEWS.get(context) ?? new UpdateView(context);
  VIEWS.set(context, view);
  return view;
}
