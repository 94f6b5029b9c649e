// The BGP messages of MRT files, and the routes of their tables as UPDATEs, read by the reader of the project, which has tests of
// its own.
import { encodeMessage, MessageType } from "@bgpwire/core";
import { MrtEvents, readAll, updateOfRoute } from "@bgpwire/capture";
import { contextOrGuess, type ForeignMessage } from "./message.ts";

/** Gives every BGP message of a file, and every route of a table as an UPDATE. */
export function* mrtMessages(file: Uint8Array, source: string): Generator<ForeignMessage> {
  let count = 0;
  for (const event of readAll(new MrtEvents(), file)) {
    if (event.kind === "message") {
      count += 1;
      const bytes = event.buffer.subarray(event.start, event.end);
      // Older than RFC 8050, routers have written path identifiers without saying so.
      yield { source: `${source} #${count}`, bytes, context: contextOrGuess(bytes, event.direction.context) };
    } else if (event.kind === "route") {
      count += 1;
      const bytes = encodeMessage(MessageType.Update, updateOfRoute(event));
      yield { source: `${source} #${count}`, bytes, context: event.context };
    }
  }
}
