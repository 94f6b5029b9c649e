// What all writers of captures have in common: events in, octets of a file out.
import type { CaptureEvent } from "../event.ts";
import type { EventReading } from "../reading.ts";
import type { ConversionNotes } from "./notes.ts";

/**
 * Writes events as a file of one format. It does no IO: whoever has the file writes what it is given, in this order.
 *
 * @example
 * const writer = new MrtWriter();
 * write(writer.begin());
 * for (const event of events) write(writer.event(event));
 * write(writer.end());
 * for (const { kind, what, count } of writer.notes) console.error(kind, count, what);
 */
export interface CaptureWriter {
  /** What had no place in the format, what is otherwise in it, and what was made up. */
  readonly notes: ConversionNotes;
  /** How the file begins. */
  begin(): Uint8Array;
  /**
   * The octets of an event and of what was held back before it, which are the caller's; often there are none.
   *
   * @param reading of the event, where there is one already
   */
  event(event: CaptureEvent, reading?: EventReading): Uint8Array;
  /** Takes note of an event that is not wanted in the file, but may say how others are read: OPENs, tables of peers. */
  passOver(event: CaptureEvent): void;
  /** What was held back. */
  end(): Uint8Array;
}
