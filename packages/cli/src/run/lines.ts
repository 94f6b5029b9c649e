// Lines from a stream of bytes, with a bound: standard input may be anything.

/** Longest line that is read unless told otherwise, in characters. */
const MAX_LINE = 65_536;

/** A standard input that cannot be read (closed, or a terminal in the background) is like one at its end. */
function ignore(): void {}

/** What is read, and by whom. */
export interface LineOptions {
  /** Longest line, in characters. */
  readonly longest?: number;
  /** Called when the stream has ended and what its last line began is done. */
  readonly onEnd?: () => void;
}

/**
 * Calls back for each line of a stream (without its end), or with null for one that is too long. A line whose callback returns a
 * promise is done when that resolves: the next waits for it, and nothing more is read meanwhile.
 *
 * @returns a function that stops reading
 */
export function readLines(
  stream: NodeJS.ReadableStream,
  onLine: (line: string | null) => Promise<void> | void,
  { longest = MAX_LINE, onEnd = ignore }: LineOptions = {},
): () => void {
  const decoder = new TextDecoder();
  let rest = "";
  let tooLong = false;
  /** Lines that have not been given yet, the next at the end. */
  let waiting: (string | null)[] = [];
  let busy = false;
  let ended = false;
  let stopped = false;

  function take(text: string): void {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    const whole = lines.map((line) => {
      const given = tooLong || line.length > longest ? null : line.endsWith("\r") ? line.slice(0, -1) : line;
      tooLong = false;
      return given;
    });
    if (rest.length > longest) {
      tooLong = true;
      rest = "";
    }
    waiting = [...whole.reverse(), ...waiting];
    give();
  }

  function give(): void {
    while (!busy && waiting.length > 0) {
      const done = onLine(waiting.pop()!);
      if (done instanceof Promise) void waitFor(done);
    }
    if (ended && !busy) onEnd();
  }

  async function waitFor(done: Promise<void>): Promise<void> {
    busy = true;
    stream.pause();
    await done;
    busy = false;
    if (stopped) return;
    stream.resume();
    give();
  }

  const onData = (chunk: Buffer | string): void =>
    take(typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
  const onStreamEnd = (): void => {
    ended = true;
    take(rest !== "" || tooLong ? "\n" : "");
  };
  stream.on("data", onData).on("end", onStreamEnd).on("error", ignore);
  return () => {
    stopped = true;
    waiting = [];
    stream.off("data", onData).off("end", onStreamEnd);
    stream.pause();
  };
}
