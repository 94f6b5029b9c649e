// Reads the configuration file again, for SIGHUP and the command `reload`, and says what came of it.
import { isDeepStrictEqual } from "node:util";
import type { RunPlan } from "../config/plan.ts";
import { InputError } from "../config/input-error.ts";
import { errorText } from "../output/describe.ts";
import type { RunEvent } from "../output/events.ts";
import type { Level } from "../output/level.ts";
import type { Reloaded, RunningConfiguration } from "./configuration.ts";
import { DoorLost, type Doors } from "./doors.ts";
import type { Shared } from "./plugin.ts";

/** The configuration file of a run. */
export interface ConfigurationFile {
  readonly path: string;
  /** What it says now, joined with the command line. @throws InputError */
  read(): RunPlan;
}

const IN_BETWEEN = "not all of it has changed; start again";

type ReloadEvent = Extract<RunEvent, { readonly type: "reload" }>;

/** What a reload works on. */
export interface Reloadable extends Pick<Shared, "sessions" | "stations"> {
  readonly configuration: RunningConfiguration;
  readonly doors: Doors;
  readonly reporter: Shared["reporter"] & { setLevel(level: Level): void };
}

/** Does it. A mistake in the file, or an address that cannot be had, is in the event, and nothing has changed then. */
export async function reload(file: ConfigurationFile | null, running: Reloadable): Promise<ReloadEvent> {
  const { configuration, doors, sessions, stations, reporter } = running;
  const nothing = { added: [], changed: [], removed: [], settings: [], announced: 0, withdrawn: 0 };
  const failed = (what: string, error: unknown): ReloadEvent => {
    return { type: "reload", ok: false, text: `${what}: ${errorText(error)}`, ...nothing };
  };
  let plan: RunPlan;
  let settings: string[];
  const { bmp, logLevel } = configuration.plan;
  try {
    if (file === null) throw new InputError("there is no configuration file; --config FILE gives one");
    plan = file.read();
    configuration.check(plan, file.path);
    settings = [...(await doors.change(plan))];
  } catch (error) {
    configuration.keep();
    return failed(error instanceof DoorLost ? IN_BETWEEN : "nothing has changed", error);
  }
  let done: Reloaded;
  try {
    done = configuration.replace(plan);
  } catch (error) {
    // What only shows while changes are made, such as two peers of one address that change their one password.
    return failed(IN_BETWEEN, error);
  }
  if (!isDeepStrictEqual(plan.bmp, bmp)) settings.push("bmp");
  if (plan.logLevel !== logLevel) settings.push("logLevel");
  stations.change(plan.bmp);
  reporter.setLevel(plan.logLevel);
  doors.tell();
  const { routes, ...told } = done;
  for (const [{ peer }, live] of sessions) {
    const planned = configuration.plannedOf(peer);
    if (planned !== null) live.change(planned.policy, routes);
  }
  return { type: "reload", ok: true, text: `reloaded ${file.path}: ${summary(done, settings)}`, settings, ...told };
}

function summary({ added, changed, removed, announced, withdrawn }: Reloaded, settings: readonly string[]): string {
  const parts = [
    settings.length === 0 ? "" : `changed ${settings.join(", ")}`,
    added.length === 0 ? "" : `added ${added.join(", ")}`,
    changed.length === 0 ? "" : `changed ${changed.map((one) => `${one.peer} (session ${one.session})`).join(", ")}`,
    removed.length === 0 ? "" : `removed ${removed.join(", ")}`,
    announced === 0 ? "" : routesText("announced", announced),
    withdrawn === 0 ? "" : routesText("withdrawn", withdrawn),
  ];
  return parts.filter((part) => part !== "").join("; ") || "it says what it said before";
}

function routesText(what: string, count: number): string {
  return count === 1 ? `1 route ${what}` : `${count} routes ${what}`;
}
