// Recording: all TCP of the namespace while a router's scenarios run, as one pcap; what the router itself wrote as MRT;
// and beside them what we read of it, so that a replay of the capture has something to agree with.
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "./bench.ts";
import { startDaemon, type Daemon } from "./daemon.ts";
import type { Transcript } from "./ours.ts";
import { alive } from "../routers/router.ts";
import { until } from "./until.ts";

/** Where `pnpm run record` wants the recordings, or null in a test run. */
export const RECORD_TO: string | null = process.env["BGPWIRE_RECORD"] ?? null;

/** What is recorded: everything a decoder can read something out of, and nothing that only waits. */
export const RECORDED: ReadonlySet<string> = new Set([
  "session up, the router dials",
  "four-octet AS numbers",
  "hold time 0",
  "routes to the router",
  "routes from the router",
  "routes over IPv6 transport",
  "routes of an internal peer",
  "withdrawal by us",
  "withdrawal by the router",
  "End-of-RIB from the router",
  "End-of-RIB to the router",
  "ROUTE-REFRESH to the router",
  "ROUTE-REFRESH from the router",
  "ADD-PATH to the router",
  "ADD-PATH from the router",
  "two-octet AS numbers on our side",
  "two-octet AS numbers on the router's side",
  "shutdown text from us",
  "shutdown text from the router",
  "the router refuses an UPDATE",
  "we refuse the router's AS number",
  "router killed",
  "collision, we are dominant",
  "collision, the router is dominant",
]);

/** One scenario in the index of a recording. */
interface Entry {
  readonly scenario: string;
  /** Our side of each of its sessions, in order. */
  readonly ours: readonly Transcript[];
}

/** Captures what goes over a port of the namespace, BGP's if none is given, into a file until it is stopped. */
export async function captureInto(file: string, port: number = 179): Promise<Daemon> {
  // Where a proxy stands between, its connections onwards have the port: each message is there once.
  // Without room in the buffer a busy machine loses packets.
  const options = ["-i", "lo", "-B", "16384", "-U", "--immediate-mode", "-Z", "root", "-w", file];
  const capture = startDaemon("tcpdump", [...options, `tcp port ${port}`]);
  await until("tcpdump to listen", () => alive(capture) && capture.output().includes("listening on"));
  return capture;
}

/** Records one router into `<router>.pcap`, `<router>.json` and, where the router writes MRT, `<router>-*.mrt`. */
export class Recorder {
  readonly #base: string;
  readonly #about: { readonly router: string; readonly version: string };
  readonly #entries: Entry[] = [];
  #capture: Daemon | null = null;

  constructor(directory: string, router: string, version: string) {
    mkdirSync(directory, { recursive: true });
    this.#base = join(directory, router.toLowerCase());
    this.#about = { router, version };
  }

  async start(): Promise<void> {
    for (const kind of ["updates", "table"]) rmSync(`${this.#base}-${kind}.mrt`, { force: true });
    this.#capture = await captureInto(`${this.#base}.pcap`);
  }

  /** Adds what a scenario's workbench has seen. */
  add(scenario: string, bench: Bench): void {
    this.#entries.push({ scenario, ours: bench.transcripts() });
    for (const kind of ["updates", "table"]) {
      for (const file of bench.mrtFiles(kind)) {
        // MRT records stand one after the other (RFC 6396 section 2).
        if (existsSync(file)) appendFileSync(`${this.#base}-${kind}.mrt`, readFileSync(file));
      }
    }
  }

  async stop(): Promise<void> {
    await this.#capture?.stop();
    writeFileSync(`${this.#base}.json`, `${JSON.stringify({ ...this.#about, scenarios: this.#entries }, null, 1)}\n`);
  }
}
