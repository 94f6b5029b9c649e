// Lines of JSON as a file.
import { encodeUtf8 } from "@bgpwire/core";
import { NOTHING } from "../bytes/joined.ts";
import { ConversionNotes } from "../convert/notes.ts";
import type { CaptureWriter } from "../convert/writer.ts";
import type { CaptureEvent } from "../event.ts";
import { EventReading } from "../reading.ts";
import { eventJson } from "./event-json.ts";

/** Writes a line of `eventJson` for each event, which `JsonEvents` reads again into the same event. Nothing is kept, and nothing lost. */
export class JsonWriter implements CaptureWriter {
  readonly notes: ConversionNotes = new ConversionNotes();

  begin(): Uint8Array {
    return NOTHING;
  }

  event(event: CaptureEvent, reading: EventReading = new EventReading(event)): Uint8Array {
    return encodeUtf8(`${JSON.stringify(eventJson(reading))}\n`);
  }

  passOver(): void {}

  end(): Uint8Array {
    return NOTHING;
  }
}
