// What `bgpwire decode` and `bgpwire bmp` can write: for each format how an event becomes lines.
import {
  BgpdumpWriter,
  bgpkitLines,
  eventJson,
  exabgpJson,
  risLiveOf,
  type EventFilter,
  type EventReading,
  type JsonObject,
} from "@bgpwire/capture";
import type { Colours } from "../output/sink.ts";
import { printable } from "../output/text.ts";
import { captureText } from "./text.ts";

/** The router that an event came from over a connection of its own. */
export interface Origin {
  /** The sysName of its Initiation; null before that. */
  readonly name: string | null;
  readonly address: string;
  readonly port: number;
}

/** Writes events as lines. */
export interface Printer {
  /** Takes an event, whose lines are written now or later. @param origin null in captures */
  print(reading: EventReading, origin: Origin | null): void;
  /** Writes what there is. */
  flush(): void;
}

/** How a format is made, and what it is. */
interface Format {
  readonly what: string;
  /**
   * @param write gets text or ASCII, many lines at once
   * @param filter which routes are wanted, for formats with a line for each; null where all are
   */
  create(write: (lines: string | Uint8Array) => void, colours: Colours, filter: EventFilter | null): Printer;
}

/** Characters that are gathered before they are written: a write for each line costs more than all the rest. */
const BATCH = 64 * 1024;

/** A printer for a format that gives the lines of each event, or none where it has no words for it. */
function printerOf(
  write: (lines: string) => void,
  linesOf: (reading: EventReading, origin: Origin | null) => readonly string[],
): Printer {
  let batch = "";
  function flush(): void {
    if (batch !== "") write(batch);
    batch = "";
  }
  return {
    print(reading, origin) {
      for (const line of linesOf(reading, origin)) batch += `${line}\n`;
      if (batch.length >= BATCH) flush();
    },
    flush,
  };
}

/** Names a format. */
export type FormatName = "text" | "json" | "bgpdump" | "exabgp" | "ris-live" | "bgpkit";

/** Formats by name. */
export const FORMATS: Readonly<Record<FormatName, Format>> = {
  text: {
    what: "a line for people for each message",
    create: (write, colours) =>
      printerOf(write, (reading, origin) => [originText(origin, colours) + captureText(reading, colours)]),
  },
  json: {
    what: "everything, a JSON object for each message, which decode reads again (schema/capture.schema.json)",
    create: (write) => printerOf(write, (reading, origin) => [JSON.stringify(withOrigin(eventJson(reading), origin))]),
  },
  bgpdump: {
    what: "the lines of bgpdump -m, one for each route",
    create(write, _, filter) {
      const lines = new BgpdumpWriter(write, filter);
      return { print: ({ event }) => lines.add(event), flush: () => lines.flush() };
    },
  },
  exabgp: {
    what: "the JSON of ExaBGP's API, version 5",
    create: (write) => printerOf(write, (reading) => oneOrNone(exabgpJson(reading))),
  },
  "ris-live": {
    what: "the lines of RIS Live",
    create(write) {
      let sequence = 0;
      return printerOf(write, (reading, origin) => {
        const line = risLiveOf(reading, { sequence, ...(origin !== null && { host: origin.name ?? origin.address }) });
        if (line === null) return [];
        sequence += 1;
        return [line];
      });
    },
  },
  bgpkit: {
    what: "the lines of bgpkit-parser, one for each route",
    create: (write, _, filter) => printerOf(write, (reading) => bgpkitLines(reading, filter)),
  },
};

/** Characters of a router's name in a line for people. */
const LONGEST_NAME = 40;

function originText(origin: Origin | null, c: Colours): string {
  if (origin === null) return "";
  const name = origin.name === null ? "" : `${printable(origin.name.slice(0, LONGEST_NAME))} `;
  return `${c.magenta(`${name}${origin.address}`)}  `;
}

function withOrigin(json: JsonObject, origin: Origin | null): object {
  if (origin === null) return json;
  const { type, ...fields } = json;
  return { type, router: origin, ...fields };
}

function oneOrNone(json: unknown): readonly string[] {
  return json === null ? [] : [JSON.stringify(json)];
}
