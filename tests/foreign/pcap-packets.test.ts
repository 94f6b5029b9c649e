// Every packet of every foreign capture, as tshark has it: its time, how much was captured of it and how long it was. The files
// are read as they are and as editcap writes them in other formats.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PcapReader, readAll, type PcapRecord, type Problem } from "@bgpwire/capture";
import { absent, DATA } from "../support/corpus.ts";
import { filesIn, read } from "../support/foreign/corpora.ts";
import { tsharkVersion } from "../support/foreign/tshark.ts";

/** Files that are broken, and how. */
const BROKEN: Readonly<Record<string, string>> = {
  "pcap/malformed/pcapplusplus/clusterfuzz-testcase-minimized-FuzzTarget-5643903448645632.pcap":
    "a record of which the file has 386 octets",
  "pcap/malformed/pcapplusplus/clusterfuzz-testcase-minimized-FuzzTarget-5758569646653440.pcap":
    "a packet of 145032960 octets",
};

function captures(): string[] {
  return ["pcap", "bmp"].flatMap((folder) => filesIn(folder).filter((file) => /\.pcap(ng)?$/.test(file)));
}

/** "seconds.nanoseconds captured original" of every packet. */
function packets(file: Uint8Array): string[] {
  return readAll(new PcapReader(), file).flatMap((record) => {
    if (record.kind !== "packet") return [];
    const { seconds, nanoseconds, start, end, originalLength } = record;
    return `${seconds}.${String(nanoseconds).padStart(9, "0")} ${end - start} ${originalLength}`;
  });
}

function packetsOfTshark(path: string): string[] {
  const fields = ["frame.time_epoch", "frame.cap_len", "frame.len"].flatMap((field) => ["-e", field]);
  const options = ["-n", "-r", path, "-T", "fields", "-E", "separator=/s", ...fields];
  const { stdout } = spawnSync("tshark", options, { encoding: "utf8", maxBuffer: 1 << 28 });
  return stdout.split("\n").filter((line) => line !== "");
}

/** Records and problems follow each other without a gap, and records are in the file as they say. */
function expectWhole(records: readonly (PcapRecord | Problem)[], file: Uint8Array): void {
  let offset = 0;
  for (const record of records) {
    expect(record.offset).toBe(offset);
    if (record.kind === "problem") {
      offset += record.skipped!;
    } else {
      const octets = record.recordEnd - record.recordStart;
      const raw = record.buffer.subarray(record.recordStart, record.recordEnd);
      expect(Buffer.compare(raw, file.subarray(offset, offset + octets))).toBe(0);
      offset += octets;
    }
  }
  expect(offset).toBe(file.length);
}

function inDirectory(use: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-"));
  try {
    use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const withoutTshark = tsharkVersion() === null && process.env["CI"] === undefined;

describe.skipIf(absent("pcap") || absent("bmp"))("foreign captures (skipped where they are absent)", () => {
  const all = absent("pcap") || absent("bmp") ? [] : captures();

  test("there are as many as there were", () => {
    expect(all.length).toBeGreaterThan(150);
  });

  test.each(all)("%s: every octet is in a record", (name) => {
    const file = read(name);
    const records = readAll(new PcapReader(), file);
    expectWhole(records, file);
    expectWhole(readAll(new PcapReader(), file, 1000), file);
    const problems = records.flatMap((record) => (record.kind === "problem" ? [record.reason] : []));
    expect(problems).toEqual(name in BROKEN ? [BROKEN[name]] : []);
  });

  describe.skipIf(withoutTshark)("beside tshark (skipped without it)", () => {
    test("every packet of every file that is not broken, merged into one", () => {
      const whole = all.filter((name) => !(name in BROKEN));
      inDirectory((directory) => {
        const path = join(directory, "merged");
        spawnSync("mergecap", ["-a", "-w", path, ...whole.map((name) => DATA + name)]);
        const ours = whole.flatMap((name) => packets(read(name)));
        expect(packets(readFileSync(path))).toEqual(ours);
        expect(packetsOfTshark(path)).toEqual(ours);
      });
    });

    test.each(["pcap", "nsecpcap", "modpcap", "pcapng"])("a file that editcap wrote as %s", (format) => {
      inDirectory((directory) => {
        const path = join(directory, format);
        const name = "pcap/hbgp/trace-20200213.pcapng";
        spawnSync("editcap", ["-F", format, "-s", "90", DATA + name, path]);
        const ours = packets(readFileSync(path));
        expect(ours).toEqual(packetsOfTshark(path));
        expect(ours.length).toBeGreaterThan(300);
      });
    });
  });
});
