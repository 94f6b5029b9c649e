// What `bgpwire decode` can write: for each format a function from an event to its lines.
import { bgpkitLines, eventJson, exabgpJson, risLiveOf, type EventFilter, type EventReading } from "@bgpwire/capture";
import type { Colours } from "../output/sink.ts";
import { captureText } from "./text.ts";

/** The lines of an event; none where the format has no words for it. */
type Lines = (reading: EventReading) => readonly string[];

/** How a format is made, and what it is. */
interface Format {
  readonly what: string;
  /** @param filter which routes are wanted, for formats with a line for each; null where all are */
  create(colours: Colours, filter: EventFilter | null): Lines;
}

/** Names a format. */
export type FormatName = "text" | "json" | "exabgp" | "ris-live" | "bgpkit";

/** Formats by name. */
export const FORMATS: Readonly<Record<FormatName, Format>> = {
  text: {
    what: "a line for people for each message",
    create: (colours) => (reading) => [captureText(reading, colours)],
  },
  json: {
    what: "everything, a JSON object for each message, which decode reads again (schema/capture.schema.json)",
    create: () => (reading) => [JSON.stringify(eventJson(reading))],
  },
  exabgp: {
    what: "the JSON of ExaBGP's API, version 5",
    create: () => (reading) => oneOrNone(exabgpJson(reading)),
  },
  "ris-live": {
    what: "the lines of RIS Live",
    create: () => {
      let sequence = 0;
      return (reading) => {
        const line = risLiveOf(reading, { sequence });
        if (line === null) return [];
        sequence += 1;
        return [line];
      };
    },
  },
  bgpkit: {
    what: "the lines of bgpkit-parser, one for each route",
    create: (_, filter) => (reading) => bgpkitLines(reading, filter),
  },
};

function oneOrNone(json: unknown): readonly string[] {
  return json === null ? [] : [JSON.stringify(json)];
}
