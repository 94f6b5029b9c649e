// Files that are written: whole or not at all.
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createOutput } from "./file.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bgpwire-output-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const path = (name: string): string => join(directory, name);
const plain = { force: false, gzip: false };
const octets = (length: number): Uint8Array => new Uint8Array(length).map((_, i) => i);

test("has its name when it is whole, and another one before", async () => {
  const file = await createOutput(path("out"), plain);
  for (let i = 0; i < 100; i += 1) expect(await file.write(octets(10_000))).toBe(true);
  expect(readdirSync(directory)).toEqual([expect.stringMatching(/^out\.\d+\.part$/)]);
  await file.finish();
  expect(readdirSync(directory)).toEqual(["out"]);
  expect(readFileSync(path("out")).length).toBe(1_000_000);
});

test("leaves nothing when it is discarded", async () => {
  const file = await createOutput(path("out"), plain);
  await file.write(octets(100_000));
  await file.discard();
  expect(readdirSync(directory)).toEqual([]);
});

test("can be compressed", async () => {
  const file = await createOutput(path("out.gz"), { force: false, gzip: true });
  await file.write(octets(100_000));
  await file.finish();
  expect(new Uint8Array(gunzipSync(readFileSync(path("out.gz"))))).toEqual(octets(100_000));
});

test("takes the place of another one if it may, also behind a link, and not before it is whole", async () => {
  writeFileSync(path("old"), "old");
  symlinkSync(path("old"), path("link"));
  await expect(createOutput(path("link"), plain)).rejects.toThrow(
    `${path("link")}: is there already; --force writes over it`,
  );
  const file = await createOutput(path("link"), { force: true, gzip: false });
  await file.write(octets(3));
  expect(readFileSync(path("old"), "utf8")).toBe("old");
  await file.finish();
  expect(new Uint8Array(readFileSync(path("old")))).toEqual(octets(3));
});

test("what is no file keeps its place", async () => {
  const file = await createOutput("/dev/null", { force: true, gzip: false });
  expect(await file.write(octets(3))).toBe(true);
  await file.finish();
});

test.each(["none/out", "."])("%s cannot be written, which is said", async (name) => {
  await expect(createOutput(path(name), plain)).rejects.toThrow(
    /cannot be written: there is no such file \(ENOENT\)|is there already/,
  );
});
