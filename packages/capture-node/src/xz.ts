// xz files, of one stream or several, by xz-decompress: XZ Embedded, the decoder of the Linux kernel, in WebAssembly. It has the
// checks CRC32 and CRC64, and LZMA2 without filters of machine code before it, which is what `xz` writes by itself.
import { on } from "node:events";
import { Ending } from "./ending.ts";
import type { Source } from "./source.ts";
import { startThread } from "./threads.ts";
import type { XzInput, XzOutput } from "./xz-thread.ts";

/** What the decoder's numbers mean (`enum xz_ret` of XZ Embedded). */
const REASONS: Readonly<Record<string, string>> = {
  3: "there is no memory for its dictionary",
  4: "there is no memory for its dictionary",
  5: "no xz stream begins there",
  6: "it has a check or a filter that is not supported: CRC32, CRC64 and LZMA2 are",
  7: "its octets do not agree with themselves",
  8: "it is cut off",
};

/** Decompresses all streams. @throws Ending */
export async function* unxz(source: Source): AsyncGenerator<Uint8Array, void> {
  const thread = startThread("xz-thread");
  const answer = (input: XzInput): void => thread.postMessage(input, []);
  try {
    for await (const [output] of on(thread, "message") as AsyncIterable<[XzOutput]>) {
      if (output === "more") answer(await source.next());
      else if (output instanceof Uint8Array) {
        if (output.length > 0) yield output;
        answer("next");
      } else {
        if (output.failure !== null) throw new Ending(reasonOf(output.failure, source.offset));
        return;
      }
    }
  } finally {
    await thread.terminate();
  }
}

function reasonOf(failure: string, offset: number): string {
  const code = /error code (\d+)$/.exec(failure)?.[1] ?? "";
  return `the xz file cannot be read before octet ${offset}: ${REASONS[code] ?? failure}`;
}
