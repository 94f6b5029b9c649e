// The events of a file, from its beginning on.
import { captureEvents, type CaptureEvent } from "@bgpwire/capture";
import { openInput } from "../input/open.ts";

/** @throws InputError where the file cannot be read */
export async function* eventsOf(path: string): AsyncGenerator<CaptureEvent> {
  const events = captureEvents();
  const input = await openInput(path, false);
  try {
    for await (const chunk of input.chunks) {
      if ("kind" in chunk) {
        yield chunk;
        continue;
      }
      events.push(chunk);
      for (let event = events.next(); event !== null; event = events.next()) yield event;
    }
  } finally {
    await input.close();
  }
  events.end();
  for (let event = events.next(); event !== null; event = events.next()) yield event;
}
