// What a thread does for `unxz`. The library has one decoder in a thread: two files that are read in turn would wait for each
// other in one.
import { parentPort } from "node:worker_threads";
import xz from "xz-decompress";

/** What comes: a chunk of the file, or null at its end, and "next" when octets were taken. */
export type XzInput = Uint8Array | null | "next";
/** What goes: octets; a wish for a chunk; the end, and why it came before that of the file. */
export type XzOutput = Uint8Array | "more" | { readonly failure: string | null };

const port = parentPort!;
const tell = (output: XzOutput): void => port.postMessage(output);

let onChunk: (chunk: Uint8Array | null) => void = () => {};
let onNext: () => void = () => {};
port.on("message", (input: XzInput) => (input === "next" ? onNext() : onChunk(input)));

const compressed = new ReadableStream<Uint8Array>(
  {
    async pull(controller) {
      tell("more");
      const chunk = await new Promise<Uint8Array | null>((resolve) => (onChunk = resolve));
      if (chunk === null) controller.close();
      else controller.enqueue(chunk);
    },
  },
  { highWaterMark: 0 },
);

try {
  for await (const octets of new xz.XzReadableStream(compressed)) {
    tell(octets);
    await new Promise<void>((resolve) => (onNext = resolve));
  }
  tell({ failure: null });
} catch (error) {
  tell({ failure: error instanceof Error ? error.message : String(error) });
}
