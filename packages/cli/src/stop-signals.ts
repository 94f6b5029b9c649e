// SIGINT and SIGTERM: the first stops in order, the second ends at once.
import { ExitCode } from "./exit-code.ts";

/**
 * Signals this close together are one: a terminal sends Ctrl-C to npm and to us, and npm then passes its own on.
 * In milliseconds.
 */
const SAME_SIGNAL = 300;

type StopSignal = "SIGINT" | "SIGTERM";

/**
 * Calls back for the first signal; a second one ends the process.
 *
 * @returns a function that listens no more
 */
export function onStopSignal(callback: (signal: StopSignal) => void): () => void {
  let first: number | null = null;
  const listeners = (["SIGINT", "SIGTERM"] as const).map((signal) => {
    const listener = (): void => {
      if (first === null) {
        first = performance.now();
        callback(signal);
      } else if (performance.now() - first > SAME_SIGNAL) {
        process.exit(signal === "SIGINT" ? ExitCode.Interrupted : ExitCode.Terminated);
      }
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const remove of listeners) remove();
  };
}
