// `pnpm run record`: plays the interop sessions once more and keeps them as captures of our own under
// tests/fixtures/recorded: a pcap and an index per router, and MRT where the router writes it.
import { join } from "node:path";

process.env["BGPWIRE_RECORD"] ??= join(import.meta.dirname, "../fixtures/recorded");
process.argv.push(
  ...["bird", "frr", "gobgp", "openbgpd", "exabgp", "corebgp"].map((name) => `tests/interop/${name}.test.ts`),
);
await import("./run.ts");
