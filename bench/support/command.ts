// What a program of others costs: the time of processors, which leaves out the time in which others had them.
import { spawnSync } from "node:child_process";

/** Nanoseconds, of the user and of the system, that a command takes for a file while its output goes nowhere. Throws if it fails. */
export function processorsOf(command: string, file: string): number {
  // The second line of the shell's `times` is that of its children: user and system.
  const script = `${command} "$1" > /dev/null 2>&1 && times`;
  const { status, stdout } = spawnSync("bash", ["-c", script, "bash", file], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} failed`);
  const seconds = [...stdout.split("\n")[1]!.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => 60 * Number(minutes) + Number(rest),
  );
  return (seconds[0]! + seconds[1]!) * 1e9;
}
