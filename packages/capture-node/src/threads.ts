// Threads of our own code, as TypeScript in the repository and as JavaScript in the package.
import { Worker } from "node:worker_threads";

/** Starts a file beside this one, by its name without ending, in a thread. */
export function startThread(name: string): Worker {
  const ending = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
  // Not with the options of this process, some of which a thread does not take.
  return new Worker(new URL(`./${name}${ending}`, import.meta.url), { execArgv: [] });
}
