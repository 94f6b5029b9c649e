// Captures that we write of recorded sessions and of collectors' files: tshark finds nothing wrong with their packets, and the
// messages that were to be in them.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { captureEvents, PcapWriter, readAll, type CaptureEvent } from "@bgpwire/capture";
import { tsharkVersion } from "../support/foreign/tshark.ts";

const RECORDED = fileURLToPath(new URL("../fixtures/recorded/", import.meta.url));

const files = readdirSync(RECORDED).filter((file) => /\.(pcap|mrt)$/.test(file) && !file.includes("table"));

/** What stays with every checksum looked at: segments that are lost, sent again or in disorder, windows that are full, … */
const WRONG = "tcp.analysis.flags || tcp.checksum.status != 1 || ip.checksum.status == 0";

const run = promisify(execFile);

async function tshark(path: string, ...options: readonly string[]): Promise<string[]> {
  const checks = ["ip.check_checksum", "tcp.check_checksum"].flatMap((option) => ["-o", `${option}:TRUE`]);
  const { stdout } = await run("tshark", ["-n", "-r", path, ...checks, ...options], { maxBuffer: 1 << 28 });
  return stdout.split("\n").filter((line) => line !== "");
}

async function inDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-"));
  try {
    await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The messages of a capture: time, type and length. */
function messages(events: readonly CaptureEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.kind !== "message") return [];
    return `${event.seconds}.${String(event.nanoseconds).padStart(9, "0")} ${event.type} ${event.end - event.start}`;
  });
}

const withoutTshark = tsharkVersion() === null && process.env["CI"] === undefined;

describe.skipIf(withoutTshark)("beside tshark (skipped without it)", () => {
  test.each(files)("%s", async (file) => {
    const events = readAll(captureEvents(), new Uint8Array(readFileSync(RECORDED + file)));
    const writer = new PcapWriter();
    await inDirectory(async (directory) => {
      const path = join(directory, "written");
      writeFileSync(path, Buffer.concat([writer.begin(), ...events.map((event) => writer.event(event))]));
      const fields = ["frame.time_epoch", "bgp.type", "bgp.length"].flatMap((field) => ["-e", field]);
      const found = await tshark(path, "-Y", "bgp", "-T", "fields", "-E", "separator=/s", ...fields);
      expect(found).toEqual(messages(events));
      expect(found.length).toBeGreaterThan(5);
      expect(await tshark(path, "-Y", WRONG)).toEqual([]);
    });
  });
});
