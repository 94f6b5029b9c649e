// Captures written in another format and read again.
import {
  captureEvents,
  ConversionNotes,
  EventReading,
  pduBody,
  readAll,
  type CaptureEvent,
  type CaptureWriter,
  type MessageEvent,
} from "@bgpwire/capture";
import { MessageType, toHex, type Slice } from "@bgpwire/core";
import { familiesIn, includesFamily } from "../../packages/capture/src/convert/families.ts";
import { TableMessages } from "../../packages/capture/src/convert/table-messages.ts";

/** The file that a writer makes of events. */
export function written(events: Iterable<CaptureEvent>, writer: CaptureWriter): Uint8Array {
  const parts = [writer.begin()];
  for (const event of events) parts.push(writer.event(event));
  parts.push(writer.end());
  return new Uint8Array(Buffer.concat(parts));
}

/** The events in the file that a writer makes of events. */
export function converted(events: Iterable<CaptureEvent>, writer: CaptureWriter): CaptureEvent[] {
  return readAll(captureEvents(), written(events, writer));
}

/** What a writer has to say, a line for each kind. */
export function noted(writer: CaptureWriter): string[] {
  return [...writer.notes].map(({ kind, what, count }) => `${kind} ${count} ${what}`);
}

function hexOf({ buffer, start, end }: Slice): string {
  return toHex(buffer.subarray(start, end));
}

/** The first events of a capture: what comes later is more of the same. */
export function firstEvents(file: Uint8Array, most: number): CaptureEvent[] {
  const reader = captureEvents();
  reader.push(file);
  reader.end();
  const events: CaptureEvent[] = [];
  for (let event = reader.next(); event !== null && events.length < most; event = reader.next()) events.push(event);
  return events;
}

/** A message as text: the time as far as `digits` decimals of a second, who said it to whom, and its octets. */
function tellMessage(event: MessageEvent, digits: number): string {
  const { seconds, nanoseconds, direction } = event;
  const { sender, receiver } = direction;
  return `${seconds}.${decimals(nanoseconds, digits)} ${sender.address} > ${receiver.address} ${hexOf(event)}`;
}

/** An UPDATE that is no longer is an End-of-RIB, or as empty as one (RFC 4724 section 2). */
const END_OF_RIB = 30;

/** How an UPDATE is read. */
function tellReading({ direction, type, ...message }: MessageEvent): string {
  if (type !== MessageType.Update || message.end - message.start <= END_OF_RIB) return "";
  const { fourOctetAs, addPath } = direction.context;
  const paths = familiesIn(pduBody(message)).map((family) =>
    includesFamily(addPath, family) ? "with paths" : "without",
  );
  return `${fourOctetAs ? 4 : 2} ${paths.join(" ")}`;
}

/** The messages of events, and the routes of tables as the UPDATEs they become. @param originated at the time at which they were told */
export function messagesOf(events: readonly CaptureEvent[], originated: boolean = false): MessageEvent[] {
  const tables = new TableMessages(new ConversionNotes());
  return events.flatMap((event) => {
    if (event.kind !== "route") return event.kind === "message" ? [event] : [];
    const message = tables.of(event);
    if (message === null) return [];
    return [originated ? { ...message, seconds: event.originated, nanoseconds: 0 } : message];
  });
}

/**
 * Which messages are not among others, in the same order, to be read in the same way unless they are malformed in that. Where nothing says
 * how a session is read, its messages come later than those of others: their order counts for nothing here, nor does that between sessions.
 */
export function missingIn(found: readonly MessageEvent[], wanted: readonly MessageEvent[], digits: number): string[] {
  const lists = new Map<string, { text: string; reading: string }[]>();
  for (const event of found) {
    const list = lists.get(endsOf(event)) ?? [];
    list.push({ text: tellMessage(event, digits), reading: tellReading(event) });
    lists.set(endsOf(event), list);
  }
  const positions = new Map<string, number>();
  return wanted.flatMap((event) => {
    const [ends, text, reading] = [endsOf(event), tellMessage(event, digits), tellReading(event)];
    const list = lists.get(ends) ?? [];
    const from = event.direction.guessed ? 0 : (positions.get(ends) ?? 0);
    const isMalformed = new EventReading(event).issues.length > 0;
    const at = list.findIndex(
      (one, index) => index >= from && one.text === text && (isMalformed || one.reading === reading),
    );
    if (at < 0) return [`${reading} ${text}`];
    list[at] = { text: "found", reading: "" };
    if (!event.direction.guessed) positions.set(ends, at + 1);
    return [];
  });
}

function endsOf({ direction }: MessageEvent): string {
  return `${direction.sender.address} ${direction.receiver.address}`;
}

function decimals(nanoseconds: number, digits: number): string {
  return String(nanoseconds).padStart(9, "0").slice(0, digits);
}

/**
 * What matters of an event in every format, as text: the time as far as `digits` decimals of a second, who said it to whom, what, and how
 * it is read.
 */
export function tellEvent(event: CaptureEvent, digits: number): string {
  if (event.kind === "problem") return "problem";
  if (event.kind === "message") return `${tellReading(event)} ${tellMessage(event, digits)}`;
  const time = `${event.seconds}.${decimals(event.nanoseconds, digits)} ${event.kind}`;
  switch (event.kind) {
    case "route": {
      const { peer, family, pathId, originated, context } = event;
      const route = `${family.afi}/${family.safi} ${pathId} ${hexOf(event.nlri)} ${hexOf(event.attributes)}`;
      return `${time} ${peer.address} ${peer.as} ${peer.bgpIdentifier} ${originated} ${context.fourOctetAs} ${route}`;
    }
    case "state": {
      const { sender, receiver } = event.direction;
      return `${time} ${sender.address} > ${receiver.address} ${event.oldState} ${event.newState}`;
    }
    case "information":
      return `${time} ${event.name} ${JSON.stringify(event.values)}`;
    default:
      return time;
  }
}
