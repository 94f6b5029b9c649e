// A private network, process and mount namespace for a run of the suite: every run has the documentation addresses on its
// own `lo`, its own `/run` and its own ports, and whatever it started dies with it, so runs stand side by side.
import { spawnSync } from "node:child_process";

/** Our address and the router's, per IP version; `others` are for a second peer of ours. */
export const ADDRESSES = {
  4: { ours: "192.0.2.1", router: "192.0.2.2", other: "192.0.2.3" },
  6: { ours: "2001:db8::1", router: "2001:db8::2", other: "2001:db8::3" },
} as const;

const MARK = "BGPWIRE_INTEROP_NAMESPACE";

const UNSHARE = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** Ways into a namespace, best first: as root, in CI with its password-less sudo, else as a user who is root in there. */
function ways(): string[][] {
  if (process.getuid?.() === 0) return [["unshare", ...UNSHARE]];
  const sudo = ["sudo", "-n", "-E", "env", `PATH=${process.env["PATH"]}`, "unshare", ...UNSHARE];
  return [...(process.env["CI"] ? [sudo] : []), ["unshare", "--user", "--map-root-user", ...UNSHARE]];
}

const SETUP = [
  "set -e",
  "ip link set lo up",
  ...Object.values(ADDRESSES[4]).map((address) => `ip address add ${address}/32 dev lo`),
  ...Object.values(ADDRESSES[6]).map((address) => `ip address add ${address}/128 dev lo nodad`),
  "mount -t tmpfs tmpfs /run",
  // Not exec: as process 1 of the namespace the command would be deaf to signals.
  '"$@"',
  "exit $?",
].join("\n");

/** True in a process started through `namespaceCommand`. */
export function insideNamespace(): boolean {
  return process.env[MARK] === "yes";
}

/** The environment that tells a child it is inside. */
export function insideEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, [MARK]: "yes" };
}

/** The command line that runs `command` in a fresh namespace, or why this machine does not permit one. */
export function namespaceCommand(command: readonly string[]): { argv: string[] } | { reason: string } {
  let reason = "";
  for (const way of ways()) {
    const argv = [...way, "sh", "-c", SETUP, "sh"];
    const probe = spawnSync(argv[0] as string, [...argv.slice(1), "true"], { encoding: "utf8" });
    if (probe.status === 0) return { argv: [...argv, ...command] };
    reason = `no network namespace: ${(probe.error?.message ?? probe.stderr).trim()}`;
  }
  return { reason };
}
