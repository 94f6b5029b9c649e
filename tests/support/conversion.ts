// Captures written in another format and read again.
import {
  captureEvents,
  ConversionNotes,
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

/** A message as text: the time as far as `digits` decimals of a second, who said it to whom, how it is read, and its octets. */
function tellMessage(event: MessageEvent, digits: number): string {
  const { seconds, nanoseconds, direction, type } = event;
  const { sender, receiver, context } = direction;
  const families = type === MessageType.Update ? familiesIn(pduBody(event)) : [];
  const paths = families.map((family) => (includesFamily(context.addPath, family) ? "with paths" : "without"));
  const how = type === MessageType.Update ? `${context.fourOctetAs ? 4 : 2} ${paths.join(" ")}` : "";
  return `${seconds}.${decimals(nanoseconds, digits)} ${sender.address} > ${receiver.address} ${how} ${hexOf(event)}`;
}

/** The messages of events, and the routes of tables as the UPDATEs they become. */
export function messagesOf(events: readonly CaptureEvent[]): MessageEvent[] {
  const tables = new TableMessages(new ConversionNotes());
  return events.flatMap((event) => {
    const message = event.kind === "route" ? tables.of(event) : event;
    return message?.kind === "message" ? [message] : [];
  });
}

/**
 * Which messages are not among others, in the same order. Where nothing says how a session is read, its messages come later than those of
 * others: their order counts for nothing here, nor does that between sessions.
 */
export function missingIn(found: readonly MessageEvent[], wanted: readonly MessageEvent[], digits: number): string[] {
  const lists = new Map<string, string[]>();
  for (const event of found) {
    const list = lists.get(endsOf(event)) ?? [];
    list.push(tellMessage(event, digits));
    lists.set(endsOf(event), list);
  }
  const positions = new Map<string, number>();
  return wanted.flatMap((event) => {
    const [ends, text, { guessed }] = [endsOf(event), tellMessage(event, digits), event.direction];
    const list = lists.get(ends) ?? [];
    const at = list.indexOf(text, guessed ? 0 : (positions.get(ends) ?? 0));
    if (at < 0) return [text];
    list[at] = "found";
    if (!guessed) positions.set(ends, at + 1);
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
  if (event.kind === "message") return tellMessage(event, digits);
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
