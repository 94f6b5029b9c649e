// Lines from a stream of bytes, with a bound: standard input may be anything.

/** Longest line that is read unless told otherwise, in characters. */
const MAX_LINE = 65_536;

/** A standard input that cannot be read (closed, or a terminal in the background) is like one at its end. */
function ignore(): void {}

/**
 * Calls back for each line of a stream (without its end), or with null for one that is too long.
 *
 * @returns a function that stops reading
 */
export function readLines(
  stream: NodeJS.ReadableStream,
  onLine: (line: string | null) => void,
  longest: number = MAX_LINE,
): () => void {
  const decoder = new TextDecoder();
  let rest = "";
  let tooLong = false;

  function take(text: string): void {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      onLine(tooLong || line.length > longest ? null : line.endsWith("\r") ? line.slice(0, -1) : line);
      tooLong = false;
    }
    if (rest.length > longest) {
      tooLong = true;
      rest = "";
    }
  }

  const onData = (chunk: Buffer | string): void =>
    take(typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
  const onEnd = (): void => {
    if (rest !== "" || tooLong) take("\n");
  };
  stream.on("data", onData).on("end", onEnd).on("error", ignore);
  return () => {
    stream.off("data", onData).off("end", onEnd);
    stream.pause();
  };
}
