// The door to standard output and standard error: whole lines, colours only on a terminal, and no crash when the reader
// of a pipe goes away.
import pc from "picocolors";

/** Colours, or functions that give the text back as it is. */
export type Colours = ReturnType<typeof pc.createColors>;

/** No colours. */
export const plain: Colours = pc.createColors(false);

/** The parts of a standard stream that are used. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string | Uint8Array): boolean;
  once(event: "drain", listener: () => void): unknown;
  on(event: "error", listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/** Where lines go. */
export interface Sink {
  readonly terminal: boolean;
  /** Characters in a line of the terminal. */
  readonly width: number;
  readonly colours: Colours;
  line(text: string): void;
  /** Writes as it is, without an end of line; octets are text in UTF-8. */
  raw(text: string | Uint8Array): void;
  /** Null when there is room; otherwise resolves when there is again or nobody reads any more. */
  room(): Promise<void> | null;
}

/**
 * Makes a sink.
 *
 * @param onGone called once when nobody reads the stream any more (EPIPE); lines after that vanish
 */
export function createSink(stream: OutputStream, env: NodeJS.ProcessEnv, onGone: () => void): Sink {
  const terminal = stream.isTTY === true;
  // https://no-color.org: "when present and not an empty string (regardless of its value)".
  const coloured = terminal && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  let gone = false;
  let full: Promise<void> | null = null;
  let release: (() => void) | null = null;

  stream.on("error", () => {
    if (gone) return;
    gone = true;
    release?.();
    onGone();
  });

  function raw(text: string | Uint8Array): void {
    if (gone || stream.write(text) || full !== null) return;
    full = new Promise((resolve) => {
      release = () => {
        full = null;
        resolve();
      };
      stream.once("drain", () => release?.());
    });
  }

  return {
    terminal,
    get width() {
      return stream.columns ?? 80;
    },
    colours: pc.createColors(coloured),
    line: (text) => raw(`${text}\n`),
    raw,
    room: () => full,
  };
}
