// Captures that we write of recorded sessions and of collectors' files: tshark finds nothing wrong with their packets, and the
// messages that were to be in them.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { captureEvents, EventReading, PcapWriter, readAll, type CaptureEvent } from "@bgpwire/capture";
import { messagesOf } from "../support/conversion.ts";
import { tsharkVersion } from "../support/foreign/tshark.ts";

const RECORDED = fileURLToPath(new URL("../fixtures/recorded/", import.meta.url));

const files = readdirSync(RECORDED).filter((file) => /\.(pcap|mrt)$/.test(file));

/** What stays with every checksum looked at: segments that are lost, sent again or in disorder, windows that are full, … */
const WRONG_TCP = "tcp.analysis.flags || tcp.checksum.status != 1 || ip.checksum.status == 0";

/** What cannot be dissected. */
const WRONG_BGP = "_ws.malformed || _ws.expert.severity == error";

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

/** The messages of a capture, and the routes of its tables as UPDATEs: time, type and length. */
function messages(events: readonly CaptureEvent[]): string[] {
  return messagesOf(events).map((event) => {
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
      // OPENs and KEEPALIVEs that the capture does not have.
      const wanted = messages(events);
      expect(found.filter((one) => !/ [14] /.test(one))).toEqual(wanted.filter((one) => !/ [14] /.test(one)));
      if ([...writer.notes].every(({ kind }) => kind !== "madeUp")) expect(found).toEqual(wanted);
      expect(found.length).toBeGreaterThan(5);
      expect(await tshark(path, "-Y", WRONG_TCP)).toEqual([]);
      // In the other recordings are families and attributes that tshark does not know.
      if (!file.endsWith(".mrt")) return;
      const malformed = events.filter((event) => new EventReading(event).issues.length > 0);
      expect((await tshark(path, "-Y", WRONG_BGP)).length).toBeLessThanOrEqual(malformed.length);
    });
  });
});
