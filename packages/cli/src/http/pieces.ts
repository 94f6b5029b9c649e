// Long answers, told in pieces: what is said of ten thousand peers is never held whole, waits for a slow reader, and leaves the event
// loop to the sessions after each piece.
import type { ServerResponse } from "node:http";

/** Characters from which a piece goes out. It takes a millisecond or so to make one. */
export const PIECE = 65_536;

/** What a row counts at least, in characters: one without text was work too. */
const ROW = 256;

/** Gathers rows of text into pieces. One may be empty: it stands for rows of which there is nothing to say. */
export function* inPieces(rows: Iterable<string>): Generator<string> {
  let piece = "";
  let work = 0;
  for (const row of rows) {
    piece += row;
    work += Math.max(ROW, row.length);
    if (work < PIECE) continue;
    yield piece;
    piece = "";
    work = 0;
  }
  if (piece !== "") yield piece;
}

/** One piece in a turn of the event loop, however many readers there are. */
export class Turns {
  readonly #waiting: (() => void)[] = [];

  /** Resolves when it is this caller's turn. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(() => this.#turn());
    });
  }

  #turn(): void {
    this.#waiting.shift()!();
    if (this.#waiting.length > 0) setImmediate(() => this.#turn());
  }
}

/**
 * Sends pieces as the body of an answer and ends it. The next piece is made once the reader has taken those before it; where it has gone
 * none is made any more, and the generator ends.
 *
 * @throws whatever making a piece throws
 */
export async function sendPieces(response: ServerResponse, pieces: Iterable<string>, turns: Turns): Promise<void> {
  let gone = false;
  let wake: (() => void) | null = null;
  response.on("drain", () => wake?.());
  response.on("close", () => {
    gone = true;
    wake?.();
  });
  for (const piece of pieces) {
    if (gone) return;
    const full = piece !== "" && !response.write(piece);
    if (full) await new Promise<void>((resolve) => (wake = resolve));
    await turns.next();
  }
  response.end();
}
