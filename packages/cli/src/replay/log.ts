// `bgpwire replay --log`: an input log done again by our own machines, and whether all came out as it was recorded.
import {
  InputLogReader,
  InputLogReplay,
  timeAt,
  timeText,
  type InputLogDifference,
  type Problem,
} from "@bgpwire/capture";
import { fileName } from "../capture/read.ts";
import { ExitCode } from "../exit-code.ts";
import { openInput } from "../input/open.ts";
import { createSink, type Sink } from "../output/sink.ts";
import { printable } from "../output/text.ts";
import { version } from "../version.ts";
import { EntryText, valueText } from "./log-text.ts";

/** What is to be done. */
export interface LogOptions {
  /** A path, or `-` for standard input. */
  readonly log: string;
  /** Print every entry. */
  readonly print: boolean;
}

/**
 * Replays a log to its end or the first difference.
 *
 * @returns the exit code
 * @throws InputError where it cannot be opened
 */
export async function replayLog({ log, print }: LogOptions): Promise<number> {
  let gone = false;
  const out = createSink(process.stdout, process.env, () => {
    gone = true;
  });
  const err = createSink(process.stderr, process.env, () => {});
  const input = await openInput(log, false);
  const reader = new InputLogReader();
  const replay = new InputLogReplay();
  const text = new EntryText();
  let count = 0;
  let difference: InputLogDifference | null = null;
  let problem: Problem | null = null;

  /** @returns false where that was the last */
  async function takeAll(): Promise<boolean> {
    for (let entry = reader.next(); entry !== null; entry = reader.next()) {
      if (entry.kind === "problem") {
        problem = entry;
        return false;
      }
      if (print) out.line(text.line(count, entry));
      count += 1;
      difference = replay.take(entry);
      if (difference !== null) return false;
      const full = print ? out.room() : null;
      if (full !== null) await full;
      if (gone) return false;
    }
    return true;
  }

  try {
    let more = true;
    for await (const chunk of input.chunks) {
      if ("kind" in chunk) problem = chunk;
      else reader.push(chunk);
      more = problem === null && (await takeAll());
      if (!more) break;
    }
    reader.end();
    if (more) await takeAll();
  } finally {
    await input.close();
  }
  tellSummary(out, fileName(log), replay);
  const { header } = replay.summary;
  return tellEnd(out, err, fileName(log), difference, problem, header === null);
}

function tellSummary(out: Sink, name: string, { summary }: InputLogReplay): void {
  const { header, peers, sessions, inputs, outputs, received, sent, first, last, ended } = summary;
  if (header === null) return;
  const recorded = header.software.startsWith(`bgpwire ${version()} `) ? "" : `, replayed by bgpwire ${version()}`;
  out.line(`${name}: recorded by ${printable(header.software)}${recorded}`);
  if (first !== null && last !== null) {
    out.line(
      `  ${timeText(timeAt(header, first))} to ${timeText(timeAt(header, last))}, ${((last - first) / 1000).toFixed(3)} s`,
    );
  }
  out.line(`  peers ${peers}, sessions ${sessions}, inputs ${inputs}, outputs ${outputs}`);
  out.line(`  messages received ${received}, sent ${sent}`);
  out.line(`  ${ended === null ? "no end: whoever recorded was killed, or goes on" : `ended: ${printable(ended)}`}`);
}

function tellEnd(
  out: Sink,
  err: Sink,
  name: string,
  difference: InputLogDifference | null,
  problem: Problem | null,
  nothing: boolean,
): number {
  if (difference !== null) {
    const { entry, offset, peer, expected, actual } = difference;
    err.line(`bgpwire: ${name}, octet ${offset}, entry ${entry}, of ${printable(peer)}: not as it was recorded`);
    err.line(`  recorded: ${expected === null ? "quiet" : valueText(expected)}`);
    err.line(`  now:      ${actual === null ? "quiet" : valueText(actual)}`);
    return ExitCode.Failed;
  }
  if (problem !== null && (problem.skipped === null || nothing)) {
    err.line(`bgpwire: ${name}, octet ${problem.offset}: ${problem.reason}`);
    return ExitCode.Malformed;
  }
  if (problem !== null) out.line(`  cut off: the last ${problem.skipped} octets are no whole entry`);
  out.line("every output is as it was recorded");
  return ExitCode.Ok;
}
