// `bgpwire stats`: what is in captures, at a glance.
import { EventReading } from "@bgpwire/capture";
import { Problems } from "../capture/problems.ts";
import { fileName, readCapture } from "../capture/read.ts";
import { ExitCode } from "../exit-code.ts";
import { createSink } from "../output/sink.ts";
import { CaptureStats } from "./collect.ts";
import { statsText } from "./text.ts";

/**
 * Tells what is in each file.
 *
 * @returns the exit code: `Malformed` where something in the files was not as it should be
 * @throws InputError where a file cannot be opened
 */
export async function stats(files: readonly string[]): Promise<number> {
  const out = createSink(process.stdout, process.env, () => {});
  const err = createSink(process.stderr, process.env, () => {});
  const problems = new Problems();
  for (const file of files.length === 0 ? ["-"] : files) {
    const counted = new CaptureStats();
    await readCapture(
      file,
      { follow: false, progress: err, problems },
      (event) => {
        const reading = new EventReading(event);
        counted.add(reading);
        if (event.kind !== "problem") problems.malformed(fileName(file), event.offset, reading.issues);
      },
      () => Promise.resolve(true),
    );
    for (const line of statsText(fileName(file), counted, out.width, out.colours)) out.line(line);
    out.line("");
  }
  problems.tell(out);
  return problems.none ? ExitCode.Ok : ExitCode.Malformed;
}
