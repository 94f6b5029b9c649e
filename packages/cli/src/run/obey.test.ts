// Tables as they are told to somebody who reads slowly, or has gone.
import { createSpeaker } from "@bgpwire/transport-node";
import { expect, it } from "vitest";
import { OwnRoutes } from "../announce/own-routes.ts";
import type { RunEvent } from "../output/events.ts";
import { obey, type Asker, type Commanded } from "./obey.ts";

const speaker = createSpeaker({ routerId: "192.0.2.1" });
for (let i = 0; i < 200; i++) {
  speaker.addPeer({ remoteAddress: `10.0.0.${i}`, localAs: 1, remoteAs: i < 100 ? 2 : 3, passive: true });
}
const run = { speaker, routes: new OwnRoutes(), plannedOf: () => null } as unknown as Commanded;

/** Numbers of rows in the lines that an asker is told who has room this often, and then no more. */
async function told(line: string, rooms: number): Promise<number[]> {
  const lines: RunEvent[] = [];
  let left = rooms;
  const asker: Asker = {
    answer: (event) => void lines.push(event),
    room: async () => {
      left -= 1;
      return left >= 0;
    },
  };
  await obey(line, run, asker);
  return lines.map((event) => (event.type === "peers" ? event.peers.length : -1));
}

it("a table waits for room after each of its lines, and ends with whoever asked for it", async () => {
  expect(await told("peers", 100)).toEqual([64, 64, 64, 8]);
  expect(await told("peers", 1)).toEqual([64, 64]);
  expect(await told("peers", 0)).toEqual([64]);
  expect(await told("peers address=10.0.0.0/26", 0)).toEqual([64]);
  expect(await told("peers state=up", 0)).toEqual([0]);
});
