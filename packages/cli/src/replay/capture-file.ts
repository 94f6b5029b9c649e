// The events of a file, from its beginning on.
import { createReadStream } from "node:fs";
import { captureEvents, type CaptureEvent } from "@bgpwire/capture";
import { InputError } from "../config/input-error.ts";
import { errorText } from "../output/describe.ts";

/** @throws InputError where the file cannot be read */
export async function* eventsOf(path: string): AsyncGenerator<CaptureEvent> {
  const events = captureEvents();
  const file = createReadStream(path);
  try {
    for await (const chunk of file) {
      events.push(chunk as Uint8Array);
      for (let event = events.next(); event !== null; event = events.next()) yield event;
    }
  } catch (error) {
    throw new InputError(`${path}: cannot be read: ${errorText(error)}`);
  }
  events.end();
  for (let event = events.next(); event !== null; event = events.next()) yield event;
}
