// The packages as their users get them: packed, installed together in an empty project without a network, and used by programs in
// JavaScript and TypeScript, and from the shell.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeBzip2 } from "../support/bzip2-writer.ts";
import { DENO, denoMissing } from "../support/deno.ts";
import { otherVersions, ROOT } from "../support/node-versions.ts";
import { installTarballs, manifestIn, packAll, PACKAGES, run } from "../support/packed.ts";

/** Milliseconds on a busy machine. */
const TIMEOUT = 300_000;

const MRT = join(ROOT, "tests/fixtures/recorded/gobgp-updates.mrt");
/** Every Node.js there is, from 20 on. */
const VERSIONS = [[process.versions.node, process.execPath] as const, ...otherVersions()];

const missing = denoMissing();

const project = realpathSync(mkdtempSync(join(tmpdir(), "bgpwire-published-")));
const tarballs = join(project, "tarballs");
let packed: ReadonlyMap<string, string>;

/** Where a package is installed. */
function installed(folder: string): string {
  return join(project, "node_modules", manifestIn(join(ROOT, "packages", folder)).name);
}

/** The other programs of a README, each a file of its own; what they take from around them is in `AROUND`. */
function partsOf(folder: string): readonly (readonly [file: string, program: string])[] {
  const text = readFileSync(join(ROOT, "packages", folder, "README.md"), "utf8");
  const programs = Array.from(text.matchAll(/```ts\n([^]*?)```/g), ([, program]) => program!);
  return programs.slice(1).map((program, i) => [`${folder}-${i + 2}.ts`, `${program}\nexport {};\n`]);
}

/** What is around the programs that are parts of one: a session, an UPDATE, somebody's table. */
const AROUND = `
declare const body: Uint8Array;
declare const session: import("@bgpwire/core").Session;
declare const negotiated: import("@bgpwire/core").Negotiated;
declare const speaker: import("@bgpwire/core").Speaker;
declare const peer: import("@bgpwire/core").PeerOptions;
declare const announced: readonly import("@bgpwire/decoder").AnnouncedRoute[];
declare const routesOfTable: () => Iterable<import("@bgpwire/decoder").Route>;
`;

/** The first program of a package's README, and what it says that it prints. */
function readmeOf(folder: string): { readonly program: string; readonly prints: string | undefined } {
  const text = readFileSync(join(ROOT, "packages", folder, "README.md"), "utf8");
  const [, program, prints] = /```ts\n([^]*?)```(?:\n\nprints\n\n```text\n([^]*?)```)?/.exec(text)!;
  return { program: program!, prints };
}

beforeAll(() => {
  packed = packAll(tarballs);
  installTarballs(project, packed.values());
  for (const folder of PACKAGES) {
    const { program } = readmeOf(folder);
    writeFileSync(join(project, `${folder}.ts`), program);
    writeFileSync(join(project, `${folder}.js`), stripTypeScriptTypes(program));
    for (const [file, part] of partsOf(folder)) writeFileSync(join(project, file), part);
  }
  writeFileSync(join(project, "around.d.ts"), AROUND);
  // What the README of capture-node reads.
  writeFileSync(join(project, "updates.20260222.1530.bz2"), writeBzip2([readFileSync(MRT)]));
}, TIMEOUT);
afterAll(() => rmSync(project, { recursive: true }));

describe.each(PACKAGES)("packages/%s", (folder) => {
  test("publint and attw find nothing wrong", { timeout: TIMEOUT }, async () => {
    const tarball = packed.get(folder)!;
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer },
      strict: true,
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
    const attw = join(ROOT, "node_modules/@arethetypeswrong/cli/dist/index.js");
    const { status, stdout } = spawnSync(process.execPath, [attw, tarball, "--profile", "esm-only"], {
      encoding: "utf8",
    });
    expect(status, stdout).toBe(0);
  });

  test("its manifest says what it is and where it runs, and needs the others in this version", () => {
    const manifest = manifestIn(installed(folder));
    const { version } = manifestIn(ROOT);
    expect(manifest).toMatchObject({
      version,
      license: "MIT",
      type: "module",
      engines: folder === "transport-deno" ? { deno: ">=2" } : { node: expect.stringMatching(/^>=20/) },
    });
    expect(manifest["description"]).toMatch(/.{20}/);
    expect(manifest["keywords"]).toContain("bgp");
    expect(manifest).toHaveProperty("sideEffects");
    for (const { types, default: code } of Object.values(
      manifest["exports"] as Record<string, Record<string, string>>,
    )) {
      expect(existsSync(join(installed(folder), types!)), types).toBe(true);
      expect(existsSync(join(installed(folder), code!)), code).toBe(true);
    }
    for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
      if (name.startsWith("@bgpwire/")) expect(range).toBe(version);
    }
  });

  test("it has a README, the licence, a source for each built file, and no tests", () => {
    const files = readdirSync(installed(folder), { recursive: true, encoding: "utf8" });
    expect(files).toEqual(expect.arrayContaining(["README.md", "LICENSE", "src/index.ts", "dist/index.js"]));
    expect(files.filter((file) => /\.test\.|tsbuildinfo|tsconfig/.test(file))).toEqual([]);
    const built = files.filter((file) => /^dist\/.*\.(?:js|ts|map)$/.test(file));
    // What is left in dist/ of a file that is gone: delete dist/, and build again.
    const stale = built.filter(
      (file) => !files.includes(file.replace(/^dist/, "src").replace(/(?:\.d)?\.[jt]s(?:\.map)?$/, ".ts")),
    );
    expect(stale).toEqual([]);
    for (const file of built.filter((file) => file.endsWith(".map"))) {
      const { sources } = JSON.parse(readFileSync(join(installed(folder), file), "utf8")) as { sources: string[] };
      for (const source of sources)
        expect(existsSync(join(installed(folder), dirname(file), source)), source).toBe(true);
    }
  });
});

const onNode = PACKAGES.filter((folder) => folder !== "transport-deno");

describe.each(VERSIONS)("on Node.js %s", (version, node) => {
  test.each(onNode)("the program in the README of %s prints what it says", { timeout: TIMEOUT }, (folder) => {
    const { stdout, stderr, status } = spawnSync(node, [`${folder}.js`], { cwd: project, encoding: "utf8" });
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/\n$/);
    expect(stdout).toBe(readmeOf(folder).prints ?? stdout);
  });

  test("npx bgpwire prints its version, and the command a capture as this checkout does", { timeout: TIMEOUT }, () => {
    // All of them have the Node.js that is found first in PATH.
    expect(run("node", ["-p", "process.versions.node"], project, node)).toBe(`${version}\n`);
    expect(run("npx", ["--offline", "bgpwire", "--version"], project, node)).toBe(`${manifestIn(ROOT).version}\n`);
    const decode = ["decode", "--format", "json", MRT];
    const lines = run(join(project, "node_modules/.bin/bgpwire"), decode, project, node);
    const main = join(ROOT, "packages/cli/src/main.ts");
    expect(lines).toBe(execFileSync(process.execPath, [main, ...decode], { encoding: "utf8" }));
    expect(lines.split("\n").length).toBeGreaterThan(10);
  });
});

test.skipIf(missing !== null)(
  `on Deno the program in the README of transport-deno prints what it says${missing === null ? "" : ` (${missing})`}`,
  { timeout: TIMEOUT },
  () => {
    const { stdout, stderr, status } = spawnSync(DENO, ["run", "--allow-net", "transport-deno.js"], {
      cwd: project,
      encoding: "utf8",
      env: { ...process.env, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
    });
    expect(status, stderr).toBe(0);
    expect(stdout).toBe(readmeOf("transport-deno").prints);
  },
);

// Declarations are checked too (no skipLibCheck), with all that a careful user may have switched on.
test.each([
  { module: "node16", moduleResolution: "node16" },
  { module: "esnext", moduleResolution: "bundler" },
])("TypeScript takes the programs with moduleResolution $moduleResolution", { timeout: TIMEOUT }, (modules) => {
  const config = join(project, `tsconfig.${modules.moduleResolution}.json`);
  const compilerOptions = {
    ...modules,
    target: "es2023",
    lib: ["es2023"],
    types: ["node"],
    typeRoots: [join(ROOT, "node_modules/@types")],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
  };
  const files = PACKAGES.flatMap((folder) => [`${folder}.ts`, ...partsOf(folder).map(([file]) => file)]);
  expect(files.length).toBeGreaterThan(PACKAGES.length + 8);
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [...files, "around.d.ts"] }));
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", config], { cwd: project, encoding: "utf8" });
  expect(status, stdout).toBe(0);
});
