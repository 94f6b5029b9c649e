// Where a run listens beside what its speaker does itself: for BGP, for commands and for HTTP; and how that changes while it runs.
import { isDeepStrictEqual } from "node:util";
import type { Speaker } from "@bgpwire/core";
import type { RunPlan } from "../config/plan.ts";
import { ControlServer } from "../control/server.ts";
import { HttpServer } from "../http/server.ts";
import type { Measured } from "../http/metrics.ts";
import { errorText } from "../output/describe.ts";
import type { Reporter } from "../output/reporter.ts";
import type { Asker } from "./obey.ts";

/** What of a plan says where. */
type Places = Pick<RunPlan, "listen" | "control" | "http">;

/** Takes a line of the control socket. */
type OnLine = (line: string | null, asker: Asker) => Promise<void> | void;

/** What was open before could not be opened again, after something new could not be opened. */
export class DoorLost extends Error {}

/** All doors of a run. */
export class Doors {
  readonly #speaker: Speaker;
  readonly #reporter: Reporter;
  readonly #onLine: OnLine;
  readonly #measured: Measured;
  #places: Places = { listen: [], control: null, http: null };
  #control: ControlServer | null = null;
  #http: HttpServer | null = null;
  /** What is open and was told of. */
  #told: ReadonlySet<unknown> = new Set();

  constructor(measured: Measured, reporter: Reporter, onLine: OnLine) {
    this.#speaker = measured.speaker;
    this.#measured = measured;
    this.#reporter = reporter;
    this.#onLine = onLine;
  }

  /**
   * Opens those that are new and closes those that are no more; the same ones are not touched.
   *
   * @param places those of the speaker are its own until it runs
   * @returns the names of those that have changed
   * @throws Error one sentence: which cannot be opened, and why; all is as it was then, or else it is a `DoorLost`
   */
  async change(places: Places): Promise<readonly string[]> {
    const before = this.#places;
    const changed = (["listen", "http", "control"] as const).filter(
      (name) => !isDeepStrictEqual(places[name], before[name]),
    );
    const done: (() => Promise<void>)[] = [];
    try {
      for (const name of changed) {
        await this.#move(name, places);
        done.push(() => this.#move(name, before));
      }
    } catch (error) {
      for (const back of done.toReversed()) {
        await back().catch((lost: unknown) => {
          throw new DoorLost(`${errorText(error)}; ${errorText(lost)}`);
        });
      }
      throw error;
    }
    this.#places = places;
    return changed;
  }

  /** Says what is open and was not when this was called last. */
  tell(): void {
    const before = this.#told;
    const { listeners } = this.#speaker;
    this.#told = new Set<unknown>([...listeners, this.#control, this.#http]);
    for (const one of listeners) {
      if (!before.has(one)) this.#reporter.report({ type: "listening", address: one.address, port: one.port });
    }
    if (this.#control !== null && !before.has(this.#control)) {
      this.#reporter.report({ type: "control", path: this.#places.control! });
    }
    if (this.#http !== null && !before.has(this.#http)) this.#reporter.report({ type: "http", ...this.#http.address });
  }

  /** Closes control socket and HTTP, whose answers go out first. */
  close(): void {
    this.#control?.close();
    this.#http?.close();
  }

  async #move(name: keyof Places, places: Places): Promise<void> {
    if (name === "listen") await this.#speaker.changeListen(places.listen);
    else if (name === "http") await this.#moveHttp(places.http);
    else await this.#moveControl(places.control);
  }

  async #moveControl(path: string | null): Promise<void> {
    const before = this.#control;
    this.#control = path === null ? null : await ControlServer.listen(path, this.#onLine);
    // The answer to `reload` may go out on a connection of the one before.
    before?.retire();
  }

  async #moveHttp(place: RunPlan["http"]): Promise<void> {
    const before = this.#http;
    const open = (at: RunPlan["http"]): Promise<HttpServer> | null => at && HttpServer.listen(at, this.#measured);
    try {
      this.#http = await open(place);
    } catch (error) {
      if (before === null || (error as { readonly code?: unknown }).code !== "EADDRINUSE") throw error;
      // The one that goes may be in the way, as 127.0.0.1:9179 is of 0.0.0.0:9179.
      const back = before.address;
      before.close();
      try {
        this.#http = await open(place);
      } catch {
        this.#http = await open(back);
        throw error;
      }
      return;
    }
    before?.close();
  }
}
