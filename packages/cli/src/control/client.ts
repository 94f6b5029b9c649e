// `bgpwire ctl`: gives one command to a `bgpwire run` over its control socket and prints the answer.
import { once } from "node:events";
import { connect } from "node:net";
import { InputError } from "../config/input-error.ts";
import { ExitCode } from "../exit-code.ts";
import { errorText } from "../output/describe.ts";
import type { RunEvent } from "../output/events.ts";
import { createSink } from "../output/sink.ts";
import { eventText } from "../output/text.ts";
import { parseCommand } from "../run/commands.ts";
import { readLines } from "../run/lines.ts";

/** How long an answer may take, in milliseconds. */
const PATIENCE = 10_000;

/** Longest line of an answer, in characters: a table comes in many lines, but a row of it may be long. */
const MAX_ANSWER = 2 ** 24;

/** What to say, and to whom. */
export interface ControlOptions {
  readonly path: string;
  readonly words: readonly string[];
  readonly format: "text" | "json" | null;
}

/**
 * Says it.
 *
 * @returns the exit code: 0 where it was done, 1 where the run would not
 * @throws InputError for a command that is none, before anything is said; Error where nobody answers
 */
export async function control({ path, words, format }: ControlOptions): Promise<number> {
  const line = commandLine(words);
  if (parseCommand(line) === null) throw new InputError("no command; bgpwire ctl help lists them");
  const sink = createSink(process.stdout, process.env, () => {});
  const asText = format === "text" || (format === null && sink.terminal);
  let answers = 0;
  let refused = false;
  const socket = connect(path);
  socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`no answer in ${PATIENCE / 1000} seconds`)));
  const onLine = (text: string | null): void => {
    const event = read(text);
    if (event === null) return;
    answers += 1;
    refused ||= "ok" in event && !event.ok;
    sink.line(asText ? eventText(event, null, sink.colours) : text!);
  };
  readLines(socket, onLine, { longest: MAX_ANSWER });
  socket.end(`${line}\n`);
  try {
    await once(socket, "close");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const nobody = code === "ENOENT" || code === "ECONNREFUSED";
    throw new Error(`${path}: ${nobody ? "no bgpwire run listens there" : errorText(error)}`, { cause: error });
  }
  if (answers === 0) throw new Error(`${path}: closed without an answer`);
  return refused ? ExitCode.Failed : ExitCode.Ok;
}

/** The words as one line that splits into them again. */
function commandLine(words: readonly string[]): string {
  // A command that is one word of the shell is taken as it would be typed.
  return (words.length === 1 ? words[0]! : words.map(quoted).join(" ")).replaceAll(/[\r\n]+/g, " ").trim();
}

function quoted(word: string): string {
  return /^[^\s"\\]+$/.test(word) ? word : `"${word.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

function read(text: string | null): RunEvent | null {
  try {
    return text === null || text === "" ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
