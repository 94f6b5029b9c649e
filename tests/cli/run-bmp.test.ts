// `bgpwire run --bmp`: what a station hears of two real commands that talk to each other.
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventReading, type CaptureEvent, type UpEvent } from "@bgpwire/capture";
import { listenBmp, type BmpListener } from "@bgpwire/capture-node";
import { afterEach, expect, test } from "vitest";
import { RunningCommand } from "./command.ts";

const directory = mkdtempSync(join(tmpdir(), "bgpwire-run-bmp-"));
const endings: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
afterEach(async () => {
  for (const end of endings.splice(1).toReversed()) await end();
});

/** A station in this process. */
class Station {
  readonly events: CaptureEvent[] = [];
  readonly closed: string[] = [];
  readonly listener: BmpListener;
  #wake: () => void = () => {};

  private constructor(listener: BmpListener) {
    this.listener = listener;
  }

  static async start(port: number): Promise<Station> {
    let station: Station | null = null;
    const listener = await listenBmp(
      { address: "127.0.0.1", port },
      {
        onEvent: (_, event) => void station!.events.push(event),
        onSettled() {
          station!.#wake();
          return null;
        },
        onClosed(_, reason) {
          station!.closed.push(reason);
          station!.#wake();
        },
      },
    );
    station = new Station(listener);
    endings.push(() => listener.close());
    return station;
  }

  /** Waits for the first thing that is so. The vitest time limit ends the wait. */
  async until<T>(look: (events: readonly CaptureEvent[]) => T | undefined): Promise<T> {
    for (;;) {
      const found = look(this.events);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Waits for an UPDATE of a table with a prefix; null: End-of-RIB of IPv4 unicast. */
  update(rib: string, prefix: string | null): Promise<CaptureEvent> {
    return this.until((events) =>
      events.find((event) => {
        if (event.kind !== "message" || event.direction.rib !== rib) return false;
        const { announced, endOfRib } = new EventReading(event).routes;
        return prefix === null
          ? endOfRib?.afi === 1
          : announced.some((one) => "prefix" in one && one.prefix === prefix);
      }),
    );
  }
}

function run(...args: string[]): RunningCommand {
  const command = new RunningCommand(["run", ...args]);
  endings.push(() => command.kill());
  return command;
}

test("peers, routes in and out and the end of a session are told, and once more to a station that comes back", async () => {
  const first = await Station.start(0);
  const { port } = first.listener;
  const config = join(directory, "bgp.yaml");
  writeFileSync(
    config,
    `routerId: 192.0.2.1
localAs: 65001
listen: ["127.0.0.1:0"]
peers: [{ address: 127.0.0.1, as: 65002, passive: true }]
announce: [{ prefix: 203.0.113.0/24, nextHop: 192.0.2.1 }]
bmp: [{ host: localhost, port: ${port}, retryTime: 0.2, statisticsTime: 1 }]
`,
  );
  const ours = run("--config", config);
  const bgp = (await ours.saw("listening")).port;
  const peer = ["--router-id", "192.0.2.2", "--local-as", "65002", "--no-listen"];
  const to = ["--peer", `127.0.0.1:${bgp},as=65001,retry=0.2`, "--announce", "198.51.100.0/24,next-hop=192.0.2.2"];
  const theirs = run(...peer, ...to);

  const up = await first.until((events) => events.find(({ kind }) => kind === "up"));
  expect(up).toMatchObject({
    direction: {
      sender: { address: "127.0.0.1", as: 65002, bgpIdentifier: "192.0.2.2" },
      receiver: { address: "127.0.0.1", port: bgp, as: 65001, bgpIdentifier: "192.0.2.1" },
      guessed: false,
    },
  });
  expect(first.events[0]).toMatchObject({ name: "initiation", values: { tlvs: [{ text: /^bgpwire \d/ }, {}] } });
  await first.update("adjRibIn", "198.51.100.0/24");
  await first.update("adjRibOutPost", "203.0.113.0/24");
  await first.until((events) => events.find((event) => event.kind === "information" && event.name === "statistics"));

  await first.listener.close();
  await ours.saw("station", { connected: false });
  const second = await Station.start(port);
  // The peer is asked for what we do not keep, and says when that is all (RFC 7313).
  await second.update("adjRibIn", "198.51.100.0/24");
  await second.update("adjRibIn", null);
  await second.update("adjRibOutPost", "203.0.113.0/24");
  const again = await second.until((events) => events.find(({ kind }) => kind === "up"));
  const { seconds, nanoseconds, direction } = up as UpEvent;
  expect(again).toMatchObject({ seconds, nanoseconds, direction });

  theirs.child.kill("SIGTERM");
  const down = await second.until((events) => events.find(({ kind }) => kind === "down"));
  expect(down).toMatchObject({ reason: "the peer closed the session: Cease/Administrative Shutdown" });
  ours.child.kill("SIGTERM");
  expect((await ours.ended).code).toBe(0);
  await second.until(() => second.closed[0]);
  expect(second.closed).toEqual(["the router ends the session: administratively closed"]);
});
