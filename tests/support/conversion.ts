// Captures written in another format and read again.
import { captureEvents, readAll, type CaptureEvent, type CaptureWriter } from "@bgpwire/capture";
import { toHex, type Slice } from "@bgpwire/core";

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

/**
 * What matters of an event in every format, as text: the time as far as `digits` decimals of a second, who said it to whom, what, and how
 * it is read.
 */
export function tellEvent(event: CaptureEvent, digits: number): string {
  if (event.kind === "problem") return "problem";
  const time = `${event.seconds}.${String(event.nanoseconds).padStart(9, "0").slice(0, digits)} ${event.kind}`;
  switch (event.kind) {
    case "message": {
      const { sender, receiver, context } = event.direction;
      const paths = context.addPath.length > 0 ? " with paths" : "";
      const update = event.type === 2 ? ` ${context.fourOctetAs ? "4" : "2"}${paths}` : "";
      return `${time} ${sender.address} > ${receiver.address}${update} ${hexOf(event)}`;
    }
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
