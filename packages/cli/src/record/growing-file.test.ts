// A file that grows beside the process: all of it is there however the process ends, and a disk that fails is told once.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { GrowingFile } from "./growing-file.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bgpwire-growing-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const MODULE = new URL("growing-file.ts", import.meta.url).href;

/** Octets that tell where they stand. */
function octets(length: number): Buffer {
  return Buffer.from(Uint32Array.from({ length: length / 4 }, (_, i) => i).buffer);
}

test("what is written is there, in order, once it is closed; what was in the file is not", async () => {
  const path = join(directory, "file");
  writeFileSync(path, "before".repeat(1000));
  const file = await GrowingFile.create(path, (reason) => expect.fail(reason));
  const all = octets(400_000);
  for (let at = 0; at < all.length; at += 1000) {
    file.write(all.subarray(at, at + 1000));
    if (at % 100_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await file.close();
  expect(readFileSync(path).equals(all)).toBe(true);
});

test.each([
  ["process.exit", "process.exit(3)"],
  ["an error that nobody catches", "throw new Error('a defect')"],
  ["the end of its work", ""],
])("a process that ends by %s leaves all of it", (_name, ending) => {
  const path = join(directory, "file");
  const program = `
    const { GrowingFile } = await import(${JSON.stringify(MODULE)});
    const file = await GrowingFile.create(${JSON.stringify(path)}, () => {});
    const all = new Uint8Array(Uint32Array.from({ length: 500_000 }, (_, i) => i).buffer);
    // Some of it is under way when the process ends, some waits.
    file.write(all.subarray(0, 1_000_000));
    await Promise.resolve();
    await Promise.resolve();
    for (let at = 1_000_000; at < all.length; at += 50_000) file.write(all.subarray(at, at + 50_000));
    ${ending}
  `;
  spawnSync(process.execPath, ["--input-type=module", "--eval", program]);
  expect(readFileSync(path).equals(octets(2_000_000))).toBe(true);
});

test("what the disk does not take is told once, and the process goes on", () => {
  const path = join(directory, "file");
  const program = `
    const { GrowingFile } = await import(${JSON.stringify(MODULE)});
    const file = await GrowingFile.create(${JSON.stringify(path)}, (reason) => console.log(reason));
    for (let i = 0; i < 4; i += 1) {
      file.write(new Uint8Array(50_000).fill(i + 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await file.close();
    console.log("goes on");
  `;
  const script = join(directory, "program.mjs");
  writeFileSync(script, program);
  // A limit of 64 KiB stands in for a disk that is full.
  const output = execFileSync("bash", ["-c", 'ulimit -f 64 && exec "$0" "$1"', process.execPath, script]);
  expect(String(output)).toBe("EFBIG\ngoes on\n");
  expect(readFileSync(path).subarray(0, 50_000)).toEqual(Buffer.alloc(50_000, 1));
});

test("more than 64 MiB do not wait for the disk", async () => {
  const reasons: string[] = [];
  const file = await GrowingFile.create(join(directory, "file"), (reason) => reasons.push(reason));
  const much = new Uint8Array(40 * 1024 * 1024);
  file.write(much);
  file.write(much);
  file.write(much);
  expect(reasons).toEqual(["more than 64 MiB wait for the disk"]);
  await file.close();
});

test.each([
  ["a directory", () => directory, "cannot be written: it is a directory (EISDIR)"],
  [
    "a place that is not there",
    () => join(directory, "no", "file"),
    "cannot be written: there is no such file (ENOENT)",
  ],
  ["a device", () => "/dev/null", "is not a regular file"],
])("%s is one clear error", async (_name, path, reason) => {
  await expect(GrowingFile.create(path(), () => {})).rejects.toThrow(`--record: ${path()} ${reason}`);
});
