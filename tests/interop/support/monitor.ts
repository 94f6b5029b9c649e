// Our monitoring station: the command itself, and what its lines of JSON say that the router has.
import { JsonEvents, type CaptureEvent, type DownEvent, type Rib, type UpEvent } from "@bgpwire/capture";
import { HEADER_LENGTH, MessageType } from "@bgpwire/core";
import { expect } from "vitest";
import { RunningCommand } from "../../cli/command.ts";
import { familyOf, type Route, type RouteFamily, type RouterOptions } from "../routers/router.ts";
import { sorted, type Bench } from "./bench.ts";
import { readUpdateIn } from "./codec.ts";
import { until } from "./until.ts";

/** Where a router finds the station, or the station the router. */
export type StationAddress = NonNullable<RouterOptions["bmp"]>;

/** Milliseconds. */
const PATIENCE = 60_000;

/** A running station. */
export class Monitor {
  readonly command: RunningCommand;
  readonly #events = new JsonEvents();
  #read = 0;
  readonly #ups: UpEvent[] = [];
  /** Of sessions that had come up: some routers tell of the end of others too. */
  readonly #downs: DownEvent[] = [];
  /** Routes by table, by who sent them, by prefix. */
  readonly #tables = new Map<string, Map<string, Route>>();

  constructor({ address, port, listens = false }: StationAddress) {
    const how = listens ? "--connect" : "--listen";
    this.command = new RunningCommand(["bmp", how, `${address}:${port}`, "--format", "json"]);
  }

  /** Waits until a table of what a peer sent has these routes of the family; the difference is in the error if it never does. */
  async shows(rib: Rib, peer: string, family: RouteFamily, routes: readonly Route[]): Promise<void> {
    const ask = (): boolean => {
      this.#take();
      const shown = [...(this.#tables.get(`${rib} ${peer}`)?.values() ?? [])];
      expect(sortedOf(family, shown)).toEqual(sortedOf(family, routes));
      return true;
    };
    // A router dials a station that was not there later and later.
    await until(`the station to show ${family} routes in ${rib}`, ask, PATIENCE);
  }

  /** That the session with a peer came up. */
  up(peer: string): Promise<UpEvent> {
    return this.#told(this.#ups, peer);
  }

  /** That it is over. */
  down(peer: string): Promise<DownEvent> {
    return this.#told(this.#downs, peer);
  }

  #told<E extends UpEvent | DownEvent>(events: readonly E[], peer: string): Promise<E> {
    return until(`the station to be told of ${peer}`, () => {
      this.#take();
      return events.find(({ direction }) => direction.sender.address === peer);
    });
  }

  #take(): void {
    const text = this.command.stdout;
    const end = text.lastIndexOf("\n") + 1;
    this.#events.push(new TextEncoder().encode(text.slice(this.#read, end)));
    this.#read = end;
    for (let event = this.#events.next(); event !== null; event = this.#events.next()) this.#learn(event);
  }

  #learn(event: CaptureEvent): void {
    expect(event.kind).not.toBe("problem");
    if (event.kind === "up") this.#ups.push(event);
    if (event.kind === "down") {
      if (this.#ups.some(({ direction }) => direction.session === event.direction.session)) this.#downs.push(event);
      for (const key of this.#tables.keys()) {
        if (key.endsWith(` ${event.direction.sender.address}`)) this.#tables.delete(key);
      }
    }
    if (event.kind !== "message" || event.type !== MessageType.Update) return;
    const { sender, rib, context } = event.direction;
    const key = `${rib} ${sender.address}`;
    const table = this.#tables.get(key) ?? new Map<string, Route>();
    this.#tables.set(key, table);
    const { buffer, start, end } = event;
    const read = readUpdateIn({ buffer, start: start + HEADER_LENGTH, end }, context);
    expect(read.problem).toBeNull();
    for (const { prefix } of read.withdrawn) table.delete(prefix);
    for (const route of read.announced) table.set(route.prefix, route);
  }
}

function sortedOf(family: RouteFamily, routes: readonly Route[]): Route[] {
  return sorted(routes.filter((r) => familyOf(r.prefix) === family));
}

/** Starts a station, and waits until it listens or is connected. */
export async function startMonitor(bench: Bench, at: StationAddress): Promise<Monitor> {
  const monitor = new Monitor(at);
  bench.atEnd(() => monitor.command.kill());
  await monitor.command.until("the station", () => /listening|connected/.test(monitor.command.stderr) || undefined);
  return monitor;
}
