// Captures read from files: what all commands do that take some.
import { captureEvents, type CaptureEvent, type Problem } from "@bgpwire/capture";
import { InputError } from "../config/input-error.ts";
import { openInput } from "../input/open.ts";
import type { Sink } from "../output/sink.ts";
import type { Problems } from "./problems.ts";
import { startProgress } from "./progress.ts";

/** Events between two calls of `settle`. */
const SETTLE_EVERY = 1024;

/** How a capture is read. */
export interface ReadOptions {
  /** Wait for more at the end. */
  readonly follow: boolean;
  /** Where progress is drawn; null where it is not wanted. */
  readonly progress: Sink | null;
  /** Told what cannot be read. */
  readonly problems: Problems;
}

/** The files that are to be read: those that were given, or standard input. @throws InputError where that is given twice */
export function inputFiles(files: readonly string[]): readonly string[] {
  if (files.filter((file) => file === "-").length > 1) throw new InputError("-: standard input can be read once");
  return files.length === 0 ? ["-"] : files;
}

/** A file as people are told of it. */
export function fileName(file: string): string {
  return file === "-" ? "standard input" : file;
}

/**
 * Reads a capture to its end.
 *
 * @param file a path, or `-` for standard input
 * @param take gets every event, problems among them
 * @param settle is called now and then, and when all that is there was read; false ends it
 * @throws InputError where the file cannot be opened
 */
export async function readCapture(
  file: string,
  options: ReadOptions,
  take: (event: CaptureEvent) => void,
  settle: () => Promise<boolean>,
): Promise<void> {
  const { follow, problems } = options;
  const input = await openInput(file, follow);
  const progress = startProgress(options.progress, input);
  const events = captureEvents();

  async function takeAll(): Promise<boolean> {
    let count = 0;
    for (let event = events.next(); event !== null; event = events.next()) {
      if (event.kind === "problem") problems.unreadable(fileName(file), event);
      take(event);
      count += 1;
      if (count % SETTLE_EVERY === 0 && !(await settle())) return false;
    }
    return settle();
  }

  try {
    let broken: Problem | null = null;
    for await (const chunk of input.chunks) {
      if ("kind" in chunk) {
        broken = chunk;
      } else {
        events.push(chunk);
        if (!(await takeAll())) return;
      }
    }
    events.end();
    await takeAll();
    if (broken !== null) problems.unreadable(fileName(file), broken);
  } finally {
    progress.end();
    await input.close();
  }
}
