// Runs benches, all or those named, each in a process of its own: `npm run bench`, `npm run bench -- ingest memory`.
import { spawnSync } from "node:child_process";
import { availableParallelism, cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";

/** The questions, in the order of the time they take. */
const BENCHES: Readonly<Record<string, string>> = {
  size: "how many octets it costs to ship",
  framing: "how fast messages are cut off the stream",
  bzip2: "how fast bzip2 is decompressed, in one thread and in several, beside C",
  mrt: "how fast MRT files become text, beside bgpdump",
  decode: "how fast UPDATEs are checked, decoded and encoded, beside bgpdump and decoders in Go and Rust",
  fsm: "how fast the machine is alone",
  tick: "what idle peers cost while time passes",
  memory: "what idle peers weigh",
  scale: "what 10,000 configured and 1,000 established peers take in one process",
  tables: "what ten tables at once take, beside BIRD and GoBGP",
  send: "how fast a million routes are packed and sent, beside GoBGP",
  ingest: "how fast a session takes a million UPDATEs, beside CoreBGP",
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => BENCHES[name] === undefined);
if (unknown.length > 0) {
  const list = Object.entries(BENCHES).map(([name, what]) => `  ${name.padEnd(8)}  ${what}`);
  process.stderr.write(`bench: there is no ${unknown.join(", ")}; there are\n${list.join("\n")}\n`);
  process.exit(2);
}

const model = cpus()[0]?.model.trim() ?? "unknown processor";
process.stdout.write(`Node ${process.version}, ${availableParallelism()} cores of ${model}\n\n`);
let failed = 0;
for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
  process.stdout.write(`${name}: ${BENCHES[name]}\n\n`);
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  // What else the machine does is part of the result.
  process.stdout.write(`  load average before: ${loadavg()[0]!.toFixed(2)}\n\n`);
  const { status } = spawnSync(process.execPath, [file], { stdio: "inherit" });
  if (status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
