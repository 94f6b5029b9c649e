// What all readers of this package have in common: chunks are pushed in, records are taken out, and nothing ever throws for
// what is in a file.

/** What cannot be read in a file. Everything before it was delivered; the reader goes on behind it where it can. */
export interface Problem {
  readonly kind: "problem";
  /** Where it begins, in octets from the beginning of the stream as it is without compression. */
  readonly offset: number;
  /** One clause for people, with the offending value in it. */
  readonly reason: string;
  /** Octets that are passed over for it; null where nothing more can be read. */
  readonly skipped: number | null;
}

/**
 * Reads records from chunks of a file. It does no IO: whoever has the file pushes its chunks.
 *
 * @example
 * reader.push(chunk);
 * for (let record = reader.next(); record !== null; record = reader.next()) take(record);
 * // … and after the last chunk
 * reader.end();
 * for (let record = reader.next(); record !== null; record = reader.next()) take(record);
 */
export interface RecordReader<R> {
  /** Gives the next chunk of any length. It is the reader's from now on: records refer to it, so it must not be written to. */
  push(chunk: Uint8Array): void;
  /** Says that nothing follows. A record that is cut off is then a `Problem`. */
  end(): void;
  /** The next record; null when more is needed, and after `end` when all were taken. Never throws. */
  next(): R | Problem | null;
}

/** All records of a whole file. @param pieces of which length it is given to the reader; all at once by default */
export function readAll<R>(reader: RecordReader<R>, file: Uint8Array, pieces: number = file.length): (R | Problem)[] {
  const records: (R | Problem)[] = [];
  for (let at = 0; at < file.length; at += pieces) {
    reader.push(file.subarray(at, at + pieces));
    takeAll(reader, records);
  }
  reader.end();
  takeAll(reader, records);
  return records;
}

function takeAll<R>(reader: RecordReader<R>, into: (R | Problem)[]): void {
  for (let record = reader.next(); record !== null; record = reader.next()) into.push(record);
}
