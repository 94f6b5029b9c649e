// Reads the configuration file again, for SIGHUP and the command `reload`, and says what came of it.
import type { RunPlan } from "../config/plan.ts";
import { InputError } from "../config/input-error.ts";
import { errorText } from "../output/describe.ts";
import type { RunEvent } from "../output/events.ts";
import type { Reloaded, RunningConfiguration } from "./configuration.ts";
import type { Shared } from "./plugin.ts";

/** The configuration file of a run. */
export interface ConfigurationFile {
  readonly path: string;
  /** What it says now, joined with the command line. @throws InputError */
  read(): RunPlan;
}

type ReloadEvent = Extract<RunEvent, { readonly type: "reload" }>;

/** Does it. A mistake in the file is in the event, and nothing has changed then. */
export function reload(
  file: ConfigurationFile | null,
  configuration: RunningConfiguration,
  { sessions }: Pick<Shared, "sessions">,
): ReloadEvent {
  let done: Reloaded;
  try {
    if (file === null) throw new InputError("there is no configuration file; --config FILE gives one");
    done = configuration.replace(file.read(), file.path);
  } catch (error) {
    const nothing = { added: [], changed: [], removed: [], announced: 0, withdrawn: 0 };
    // What only shows while changes are made, such as two peers of one address that change their one password.
    const text = error instanceof InputError ? "nothing has changed" : "not all of it has changed; start again";
    return { type: "reload", ok: false, text: `${text}: ${errorText(error)}`, ...nothing };
  }
  const { routes, ...told } = done;
  for (const { prefix, pathId } of routes) {
    for (const advertiser of sessions.values()) advertiser.changed(prefix, [pathId]);
  }
  return { type: "reload", ok: true, text: `reloaded ${file.path}: ${summary(done)}`, ...told };
}

function summary({ added, changed, removed, announced, withdrawn }: Reloaded): string {
  const parts = [
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
