// A full table as a collector dumps it: the prefixes of a real one, a route for each, and path attributes of a real dump dealt
// out to them in turn.
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Afi, parsePrefix, Safi } from "@bgpwire/core";
import { encodeMrtRecord, indexedPeer, MrtEvents, MrtType, readAll, TableDumpV2Subtype } from "@bgpwire/capture";
import type { Loaded } from "./mrt-files.ts";
import { readCapture } from "./mrt.ts";

const ROUTES = 1_000_000;
const CAPTURES = new URL("../../../shared/data/mrt/", import.meta.url);
const PREFIXES = new URL("prefix-lists/gaissmai-bart/prefixes.txt.gz", CAPTURES);
const DUMP = new URL("caida-libbgpstream/routeviews.route-views.jinx.ribs.1401487200.bz2", CAPTURES);
/** When all of it was dumped, and told. */
const SECONDS = 1_401_487_200;

/** The table as a file of TABLE_DUMP_V2, or why there is none. */
export function fullTable(): Loaded {
  const missing = [PREFIXES, DUMP].find((file) => !existsSync(file));
  if (missing !== undefined) return { name: "a table of 1,000,000 routes", why: `${missing.pathname} is not there` };
  const attributes = attributesOf(readCapture(DUMP));
  const lines = gunzipSync(readFileSync(PREFIXES)).toString("latin1").trimEnd().split(/\r?\n/);
  // Of a million, as many of each family as there are in the list.
  const chosen = lines.filter((_, i) => (i * ROUTES) % lines.length < ROUTES);
  const time = { type: MrtType.TableDumpV2, seconds: SECONDS, microseconds: null };
  const records = [
    encodeMrtRecord({
      kind: "peerIndexTable",
      subtype: TableDumpV2Subtype.PeerIndexTable,
      ...time,
      collectorBgpIdentifier: "192.0.2.1",
      viewName: "",
      peers: [indexedPeer("192.0.2.2", 64_500, "192.0.2.2"), indexedPeer("2001:db8::2", 64_500, "192.0.2.2")],
    }),
  ];
  for (const [sequence, line] of chosen.entries()) {
    const { version, bytes, length } = parsePrefix(line)!;
    const isIPv6 = version === 6;
    const of = attributes[version];
    records.push(
      encodeMrtRecord({
        kind: "rib",
        subtype: isIPv6 ? TableDumpV2Subtype.RibIpv6Unicast : TableDumpV2Subtype.RibIpv4Unicast,
        ...time,
        sequence,
        family: { afi: isIPv6 ? Afi.IPv6 : Afi.IPv4, safi: Safi.Unicast },
        nlri: Uint8Array.of(length, ...bytes.subarray(0, (length + 7) >> 3)),
        entries: [
          {
            peerIndex: isIPv6 ? 1 : 0,
            originatedTime: SECONDS,
            pathId: null,
            attributes: of[sequence % of.length]!,
          },
        ],
      }),
    );
  }
  return {
    name: "a table of 1,000,000 routes, made of a real prefix list and real attributes",
    mrt: Buffer.concat(records),
  };
}

/** The path attributes of all routes of a dump, by version of IP. */
function attributesOf(dump: Uint8Array): Readonly<Record<4 | 6, readonly Uint8Array[]>> {
  const found: Record<4 | 6, Uint8Array[]> = { 4: [], 6: [] };
  for (const event of readAll(new MrtEvents(), dump, 65_536)) {
    if (event.kind !== "route") continue;
    const { buffer, start, end } = event.attributes;
    found[event.family.afi === Afi.IPv6 ? 6 : 4].push(buffer.slice(start, end));
  }
  return found;
}
