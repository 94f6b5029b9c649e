// examples/decode-in-the-browser: its bundle runs where there is nothing but JavaScript and the few things of a browser that it asks
// for, and in Chromium.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createContext as createGlobal, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundled } from "../support/bundle.ts";
import { writeBzip2 } from "../support/bzip2-writer.ts";
import { CHROMIUM, chromiumMissing, HEADLESS } from "../support/chromium.ts";

const FOLDER = fileURLToPath(new URL("../../examples/decode-in-the-browser/", import.meta.url));
const MRT = readFileSync(new URL("../fixtures/recorded/gobgp-updates.mrt", import.meta.url));
/** An UPDATE with an undefined ORIGIN. */
const MESSAGE = `${"ff".repeat(16)}001b020000000440010109`;
const FAULT = "! ORIGIN has an undefined value (RFC 7606 section 7.1)";

let bundle = "";

beforeAll(async () => {
  bundle = await bundled(join(FOLDER, "main.ts"), "iife");
});

/** An element of the page, as far as the program knows it. */
class Element {
  textContent = "";
  value = "";
  files: readonly Blob[] = [];
  #listener: () => void = () => {};

  addEventListener(_type: string, listener: () => void): void {
    this.#listener = listener;
  }

  dispatch(): void {
    this.#listener();
  }
}

/** Opens the page in a world without any global of Node.js. */
function open(hash: string): { readonly file: Element; readonly message: Element; readonly output: Element } {
  const [file, message, output] = [new Element(), new Element(), new Element()];
  const elements: Readonly<Record<string, Element>> = { "#file": file, "#message": message, "#output": output };
  const document = { querySelector: (selector: string) => elements[selector] };
  runInContext(bundle, createGlobal({ document, location: { hash }, addEventListener() {}, DecompressionStream }));
  return { file, message, output };
}

async function shown(octets: Uint8Array): Promise<string[]> {
  const { file, output } = open("");
  file.files = [new Blob([new Uint8Array(octets)])];
  file.dispatch();
  while (output.textContent === "") await new Promise((resolve) => setTimeout(resolve, 5));
  return output.textContent.split("\n");
}

describe("without a browser", () => {
  test("a message in the address or in the text field becomes a tree of its fields", () => {
    const { message, output } = open(`#${MESSAGE}`);
    expect(message.value).toBe(MESSAGE);
    expect(output.textContent).toContain("   18    Type: 2 (UPDATE)\n");
    expect(output.textContent).toContain(FAULT);
    message.value = "xyz";
    message.dispatch();
    expect(output.textContent).toBe("These are not the hexadecimal digits of a message.");
  });

  test("a capture becomes a line for each event, compressed or not", async () => {
    const lines = await shown(MRT);
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toContain("update");
    expect(await shown(gzipSync(MRT))).toEqual(lines);
    expect(await shown(writeBzip2([MRT]))).toEqual(lines);
  });

  test("what is no capture is said so", async () => {
    expect(await shown(new TextEncoder().encode("#!/bin/sh\n"))).toEqual([
      expect.stringContaining("no capture of a known format"),
    ]);
  });
});

const missing = chromiumMissing();

describe.skipIf(missing !== null)(`in Chromium${missing === null ? "" : ` (${missing})`}`, () => {
  const page = mkdtempSync(join(tmpdir(), "bgpwire-browser-"));
  afterAll(() => rmSync(page, { recursive: true }));

  test("a message in the address becomes a tree of its fields", () => {
    cpSync(join(FOLDER, "index.html"), join(page, "index.html"));
    writeFileSync(join(page, "bundle.js"), bundle);
    const url = `${pathToFileURL(join(page, "index.html")).href}#${MESSAGE}`;
    const options = [...HEADLESS, `--user-data-dir=${join(page, "profile")}`, "--dump-dom", url];
    const { stdout, stderr } = spawnSync(CHROMIUM!, options, { encoding: "utf8" });
    expect(stdout, stderr).toContain(FAULT);
  });
});
