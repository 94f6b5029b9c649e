// `bgpwire decode`: captures in, lines out, and at the end what was wrong in them.
import { Problems } from "../capture/problems.ts";
import { fileName, readCapture } from "../capture/read.ts";
import { ExitCode } from "../exit-code.ts";
import { createSink } from "../output/sink.ts";
import { EventPrinter } from "./event-printer.ts";
import type { DecodeOptions } from "./options.ts";

/**
 * Decodes files to standard output.
 *
 * @returns the exit code: `Malformed` where something in the files was not as it should be
 * @throws InputError where a file cannot be opened
 */
export async function decode(options: DecodeOptions): Promise<number> {
  const { follow } = options;
  let gone = false;
  const out = createSink(process.stdout, process.env, () => {
    gone = true;
  });
  const err = createSink(process.stderr, process.env, () => {});
  const problems = new Problems();
  const printer = new EventPrinter(out, options, problems);
  const progress = options.progress && !out.terminal ? err : null;

  /** @param all whatever is there, however little */
  async function write(all: boolean): Promise<boolean> {
    if (all) printer.flush();
    await out.room();
    return !gone;
  }

  for (const file of options.files) {
    await readCapture(
      file,
      { follow, progress, problems },
      (event) => printer.print(event, fileName(file)),
      // Whoever follows a file, or looks at a terminal, wants to see what is there.
      () => write(follow || out.terminal),
    );
    await write(true);
  }
  problems.tell(err);
  return problems.none ? ExitCode.Ok : ExitCode.Malformed;
}
