// What `bgpwire convert` can write.
import { BmpEventWriter, JsonWriter, MrtWriter, PcapWriter, type CaptureWriter } from "@bgpwire/capture";

/** A format, and how its files are named. */
interface Target {
  readonly what: string;
  /** Ends of names, with their dot. */
  readonly extensions: readonly string[];
  /** Not to be looked at on a terminal. */
  readonly binary: boolean;
  create(): CaptureWriter;
}

/** Names a format. */
export type TargetName = "mrt" | "pcapng" | "bmp" | "json";

/** Formats by name. */
export const TARGETS: Readonly<Record<TargetName, Target>> = {
  mrt: {
    what: "BGP4MP, BGP4MP_ET, TABLE_DUMP_V2",
    extensions: [".mrt"],
    binary: true,
    create: () => new MrtWriter(),
  },
  pcapng: {
    what: "packets of TCP connections that are made up for the messages; tables as UPDATEs",
    extensions: [".pcapng"],
    binary: true,
    create: () => new PcapWriter(),
  },
  bmp: {
    what: "what a monitored router sends: Peer Up, Route Monitoring, Peer Down",
    extensions: [".bmp"],
    binary: true,
    create: () => new BmpEventWriter(),
  },
  json: {
    what: "everything, a line for each event, as decode --format json has them",
    extensions: [".json", ".jsonl"],
    binary: false,
    create: () => new JsonWriter(),
  },
};
