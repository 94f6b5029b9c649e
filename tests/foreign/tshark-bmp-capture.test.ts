// BMP in packet captures as tshark finds it: the time and the type of every message of every capture.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { PcapEvents, readAll, type CaptureEvent } from "@bgpwire/capture";
import { absent, DATA } from "../support/corpus.ts";
import { filesIn, read } from "../support/foreign/corpora.ts";
import { tsharkVersion } from "../support/foreign/tshark.ts";

const SAME_NUMBERS =
  "another connection between the same ports, with the sequence numbers of the first: to TCP it is that one sent again";

/** Captures of which tshark says something else, and why. */
const DIFFERENT: Readonly<Record<string, string>> = {
  "bmp/traffic-reproducer/bmp-multi-sources-route-monitoring-JUMBO.pcap": SAME_NUMBERS,
  "bmp/traffic-reproducer/bmp-multi-sources-stats-JUMBO.pcap": SAME_NUMBERS,
};

/** Where octets are missing or no message, and how many. */
const PROBLEMS: Readonly<Record<string, string>> = {
  "bmp/netgauze/202-BMP-CISCO-HUAWEI-multiple-sources-traffic-02.pcap": "12475: 156",
  "bmp/pmacct-test-automation/1be0b4dbf4.pcap": "11783: 156",
  "bmp/pmacct-test-automation/202-BMP-CISCO-HUAWEI-multiple-sources-traffic-02.pcap": "12475: 156",
  "bmp/pmacct-test-automation/b8acd318a5.pcap": "11155: 211",
  "bmp/pmacct-test-automation/f1f8a58e17.pcap": "7496: 3352, 12277: 1",
  "bmp/traffic-reproducer/bmp-multi-sources-route-monitoring-JUMBO.pcap": "484135: 23",
  "bmp/traffic-reproducer/bmp-traffic.pcap": "11155: 211",
};

/** The type of the message that an event stands for; null where it is one more of a message that has another. */
function typeOf(event: CaptureEvent): unknown {
  if (event.kind === "message") return 0;
  if (event.kind === "down") return 2;
  if (event.kind === "up") return 3;
  if (event.kind !== "information") return null;
  const { name, values } = event;
  return name === "unknown" ? values["type"] : ({ statistics: 1, initiation: 4, termination: 5 }[name] ?? null);
}

/** "seconds.nanoseconds type" of every message, sorted: several connections may have messages at one time. */
function ours(events: readonly CaptureEvent[]): string[] {
  const found = events.flatMap((event) => {
    const type = typeOf(event);
    if (type === null || event.kind === "problem") return [];
    return [`${event.seconds}.${String(event.nanoseconds).padStart(9, "0")} ${type as number}`];
  });
  return found.sort();
}

const run = promisify(execFile);
const PORTS = [1790, 10_000].flatMap((port) => ["-d", `tcp.port==${port},bmp`]);
const FIELDS = ["-T", "fields", "-E", "separator=;", "-e", "frame.time_epoch", "-e", "bmp.type"];

async function theirs(path: string): Promise<string[]> {
  const options = ["-n", "-r", path, ...PORTS, "--disable-protocol", "bgp", "-Y", "bmp", ...FIELDS];
  // It complains of files that are cut off, and gives what it has all the same.
  const { stdout } = await run("tshark", options, { maxBuffer: 1 << 28 }).catch((failed: { stdout: string }) => failed);
  const lines = stdout.split("\n").filter((line) => line !== "");
  const found = lines.flatMap((line) => {
    const [time, types] = line.split(";") as [string, string];
    return types.split(",").map((type) => `${time} ${type}`);
  });
  return found.sort();
}

const FILES = absent("bmp") ? [] : filesIn("bmp").filter((file) => /\.pcap(ng)?$/.test(file));

function eventsOf(file: string): CaptureEvent[] {
  return readAll(new PcapEvents(), read(file));
}

const withoutTshark = tsharkVersion() === null && process.env["CI"] === undefined;

describe.skipIf(absent("bmp"))("captures with BMP (skipped where they are absent)", () => {
  test.skipIf(withoutTshark)(
    "every message, as tshark finds it (skipped without it)",
    async ({ annotate }) => {
      const waiting = [...FILES];
      let messages = 0;
      const compare = async (): Promise<void> => {
        for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
          const [own, others] = [ours(eventsOf(file)), await theirs(DATA + file)];
          expect({ file, same: own.join("\n") === others.join("\n") }).toEqual({ file, same: !(file in DIFFERENT) });
          messages += own.length;
        }
      };
      await Promise.all([compare(), compare(), compare()]);
      await annotate(`${messages} messages`);
      expect(messages).toBeGreaterThan(38_000);
    },
    120_000,
  );

  test("where octets are missing or no message, it is said", () => {
    const found = FILES.flatMap((file): [string, string][] => {
      const problems = eventsOf(file).filter((event) => event.kind === "problem");
      const places = problems.map(({ offset, skipped }) => `${offset}: ${skipped}`);
      return places.length === 0 ? [] : [[file, places.join(", ")]];
    });
    expect(Object.fromEntries(found)).toEqual(PROBLEMS);
  });
});
