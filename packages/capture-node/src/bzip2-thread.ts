// What a thread does for `bunzip2`: decodes blocks. It loads their decoder alone.
import { parentPort } from "node:worker_threads";
import { Bzip2BlockDecoder, type Bzip2Block } from "@bgpwire/capture/bzip2-block-decoder";

const decoder = new Bzip2BlockDecoder();

parentPort!.on("message", (block: Bzip2Block) => {
  const result = decoder.decode(block);
  parentPort!.postMessage(result, result.kind === "decoded" ? [result.octets.buffer as ArrayBuffer] : []);
});
