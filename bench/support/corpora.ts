// What the decoders are measured on: UPDATEs of four-octet sessions, made, recorded from a router, and captured by collectors.
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { mrtOf, readCapture, updatesIn } from "./mrt.ts";
import { makeUpdates } from "./updates.ts";

/** UPDATEs in two forms: messages one behind the other, and an MRT file with a record for each. */
export interface Corpus {
  readonly name: string;
  readonly stream: Uint8Array;
  readonly mrt: Uint8Array;
  readonly updates: number;
}

/** A corpus to be had, or why there is none. */
export type Loaded = Corpus | { readonly name: string; readonly why: string };

const MADE = 50_000;
const CAPTURES = new URL("../../../shared/data/mrt/", import.meta.url);
const ROUTE_VIEWS = ["mrtparser/updates.20260222.1530.bz2"];
/** The small captures together: what is older, and where IPv6 and multicast are. */
const OTHERS = [
  "bgpipe/sample.mrt",
  "bgpkit-parser/updates.20100227.1600.gz",
  "bgpkit-parser/updates.20100227.1610.gz",
  "bgpkit-parser/updates.bz2",
  "caida-libbgpstream/ris.rrc06.updates.1427846400.gz",
  "caida-libbgpstream/ris.updates.1401488100.gz",
  "caida-libbgpstream/routeviews.jinx.updates.1401493500.bz2",
  "caida-libbgpstream/routeviews.route-views.jinx.updates.1427846400.bz2",
  "caida-libbgpstream/routeviews.updates.1385856000.bz2",
  "gobgpdump/all-arch0",
];

/** By the name that `node bench/decode.ts NAME` takes. */
export const CORPORA: Readonly<Record<string, () => Loaded>> = {
  routeviews: () => captured("Route Views, February 2026", ROUTE_VIEWS),
  collectors: () => captured("ten captures of collectors", OTHERS),
  recorded: () => {
    const file = new URL("../../packages/cli/data/table.bgp.gz", import.meta.url);
    const updates = updatesIn(mrtOf(gunzipSync(readFileSync(file))));
    return { name: "a table as BIRD sent it", ...updates };
  },
  made: () => ({ name: "the generator's", ...updatesIn(mrtOf(makeUpdates(MADE, 1).bytes)) }),
};

function captured(name: string, files: readonly string[]): Loaded {
  const urls = files.map((file) => new URL(file, CAPTURES));
  const missing = urls.find((url) => !existsSync(url));
  if (missing !== undefined) return { name, why: `${missing.pathname} is not there` };
  return { name, ...updatesIn(Buffer.concat(urls.map(readCapture))) };
}
