// What does it cost to cut a message off the stream? The core's framer against a naive one, on UPDATEs of 88 octets on
// average in chunks of several sizes: 65,536 is what Node reads at once on a busy session, 1,448 a TCP segment.
import { newFramer, nextMessage, pushChunk } from "@bgpwire/core";
import { do_not_optimize } from "mitata";
import { NaiveFramer } from "./peers/naive-framer.ts";
import { contender, inRounds } from "./support/rounds.ts";
import { number, printTable, times } from "./support/table.ts";
import { makeUpdates } from "./support/updates.ts";

const ROUNDS = 7;
const { bytes, updates } = makeUpdates(5_000, 1);

const rows: string[][] = [];
for (const size of [65_536, 1_448, 100]) {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));

  const [core, naive] = await inRounds(ROUNDS, [
    contender("core", updates, () => {
      const framer = newFramer();
      let octets = 0;
      for (const chunk of chunks) {
        pushChunk(framer, chunk);
        while (nextMessage(framer, 4096) === "message") octets += framer.end - framer.start;
      }
      do_not_optimize(octets);
    }),
    contender("naive", updates, () => {
      let octets = 0;
      const framer = new NaiveFramer((_, body) => {
        octets += body.length;
      });
      for (const chunk of chunks) framer.push(chunk);
      do_not_optimize(octets);
    }),
  ]);
  rows.push([
    `${number(size)} octets`,
    times(naive!.middle / core!.middle),
    number(core!.middle, 1),
    core!.range,
    number(naive!.middle, 1),
    naive!.range,
  ]);
}
printTable(
  `Framing, ns per message: median of ${ROUNDS} rounds`,
  ["chunks of", "naive / core", "core", "min–max", "naive", "min–max"],
  rows,
);
