// `bgpwire convert`: captures of any format in, one file out, and at the end what was wrong in them and what had no place in it.
import { EventReading, JoinedCaptures, type ConversionNotes } from "@bgpwire/capture";
import { Problems } from "../capture/problems.ts";
import { fileName, readCapture } from "../capture/read.ts";
import { InputError } from "../config/input-error.ts";
import { ExitCode } from "../exit-code.ts";
import { createOutput, type OutputFile } from "../output/file.ts";
import { createSink, type Sink } from "../output/sink.ts";
import { onStopSignal } from "../stop-signals.ts";
import type { ConvertOptions } from "./options.ts";
import { TARGETS, type TargetName } from "./targets.ts";

/** Octets that are gathered before they are written. */
const BATCH = 256 * 1024;

/**
 * Writes files as one of another format.
 *
 * @returns the exit code: `Malformed` where something in the files was not as it should be
 * @throws InputError where a file cannot be opened or written; then there is no output
 */
export async function convert(options: ConvertOptions): Promise<number> {
  const { output, target } = options;
  if (output === "-" && process.stdout.isTTY && TARGETS[target].binary) {
    throw new InputError("-o: standard output is a terminal; give a file");
  }
  const file = await createOutput(output, options);
  let stopped: NodeJS.Signals | null = null;
  const removeSignals = onStopSignal((signal) => {
    stopped = signal;
  });
  try {
    const code = await work(options, file, () => stopped !== null);
    if (stopped === null) {
      await file.finish();
      return code;
    }
  } catch (error) {
    await file.discard();
    throw error;
  } finally {
    removeSignals();
  }
  await file.discard();
  process.kill(process.pid, stopped);
  return ExitCode.Failed;
}

async function work(options: ConvertOptions, file: OutputFile, isStopped: () => boolean): Promise<number> {
  const { files, target, filter, progress } = options;
  const err = createSink(process.stderr, process.env, () => {});
  const problems = new Problems();
  const writer = TARGETS[target].create();
  const joined = new JoinedCaptures();
  const gathered: Uint8Array[] = [];
  let octets = 0;

  function gather(part: Uint8Array): void {
    if (part.length > 0) gathered.push(part);
    octets += part.length;
  }

  /** @returns whether to go on */
  async function write(least: number): Promise<boolean> {
    if (octets < least || octets === 0) return !isStopped();
    const batch = Buffer.concat(gathered.splice(0));
    octets = 0;
    return (await file.write(batch)) && !isStopped();
  }

  gather(writer.begin());
  for (const path of files) {
    await readCapture(
      path,
      { follow: false, progress: progress ? err : null, problems },
      (event) => {
        const reading = new EventReading(files.length > 1 ? joined.event(event) : event);
        if (filter !== null && !filter.wants(reading)) {
          writer.passOver(reading.event);
          return;
        }
        gather(writer.event(reading.event, reading));
        if (event.kind !== "problem") problems.malformed(fileName(path), event.offset, reading.issues);
      },
      () => write(BATCH),
    );
    joined.next();
    if (!(await write(0))) break;
  }
  gather(writer.end());
  await write(0);
  if (isStopped()) return ExitCode.Failed;
  tellNotes(writer.notes, target, err);
  problems.tell(err);
  return problems.none ? ExitCode.Ok : ExitCode.Malformed;
}

/** A line for each kind of what is not in the file, or not as it was. */
function tellNotes(notes: ConversionNotes, target: TargetName, sink: Sink): void {
  for (const { kind, what, count } of notes) {
    const [is, were, have, events] = count === 1 ? ["is", "was", "has", "event"] : ["are", "were", "have", "events"];
    switch (kind) {
      case "leftOut":
        sink.line(`bgpwire: ${count} ${events} ${have} no place in ${target}: ${what}`);
        break;
      case "changed":
        sink.line(`bgpwire: ${count} ${is} not the same in ${target}: ${what}`);
        break;
      case "madeUp":
        sink.line(`bgpwire: ${count} ${were} made up for ${target}: ${what}`);
    }
  }
}
