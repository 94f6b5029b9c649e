// Core, decoder and capture in headless Chromium, in workerd, on Deno and on Bun: whole sessions, captures, messages both ways. All
// that comes out is what comes out on Node.js, and each says itself what it is.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { bundled } from "../../support/bundle.ts";
import { chromiumMissing, chromiumVersion, toldByPage } from "../../support/chromium.ts";
import { denoMissing, startDeno } from "../../support/deno.ts";
import { bun, runtimeMissing } from "../../support/runtimes.ts";
import { startWorkerd, workerdMissing, workerdVersion } from "../../support/workerd.ts";
import { CAPTURES, exercise, type Outcomes } from "./exercise.ts";

/** What a place says of itself, and what came of the exercise there. */
interface Told {
  readonly userAgent: string;
  readonly outcomes: Outcomes;
}

async function capture(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(`../../fixtures/recorded/${name}`, import.meta.url)));
}

async function captures(): Promise<[string, Uint8Array<ArrayBuffer>][]> {
  return Promise.all(CAPTURES.map(async (name) => [name, await capture(name)]));
}

function here(file: string): string {
  return fileURLToPath(new URL(`../${file}`, import.meta.url));
}

let expected: Outcomes;
beforeAll(async () => {
  expected = await exercise(capture);
});

test("the exercise is one: a session of a thousand routes, and hundreds of messages", () => {
  expect(Object.values(expected).every(({ count }) => count > 20)).toBe(true);
  expect(Object.keys(expected)).toHaveLength(1 + 3 * 3 + 1);
});

const noChromium = chromiumMissing();
test.skipIf(noChromium !== null)(
  `Chromium does as Node.js does${noChromium === null ? "" : ` (${noChromium})`}`,
  async () => {
    const files: Record<string, string | Uint8Array> = {
      "/": `<!doctype html><script src="page.js"></script>`,
      "/page.js": await bundled(here("chromium/page.ts"), "iife"),
    };
    for (const [name, octets] of await captures()) files[`/captures/${name}`] = octets;
    const told = (await toldByPage({ files })) as Told;
    expect(told.userAgent).toContain(`HeadlessChrome/${chromiumVersion()}.`);
    expect(told).toEqual({ userAgent: told.userAgent, outcomes: expected });
  },
);

const noWorkerd = workerdMissing();
test.skipIf(noWorkerd !== null)(
  `workerd does as Node.js does${noWorkerd === null ? "" : ` (${noWorkerd})`}`,
  async () => {
    expect(workerdVersion()).toMatch(/^workerd \d{4}-\d\d-\d\d$/);
    const config = await readFile(here("workerd/config.capnp"), "utf8");
    const workerd = await startWorkerd({ script: here("workerd/worker.ts"), config });
    try {
      const body = new FormData();
      for (const [name, octets] of await captures()) body.append(name, new Blob([octets]));
      const response = await fetch(workerd.url, { method: "POST", body });
      const text = await response.text();
      expect(response.status, text).toBe(200);
      expect(JSON.parse(text)).toEqual({ userAgent: "Cloudflare-Workers", outcomes: expected });
    } finally {
      await workerd.kill();
    }
  },
);

const noDeno = denoMissing();
test.skipIf(noDeno !== null)(`Deno does as Node.js does${noDeno === null ? "" : ` (${noDeno})`}`, async () => {
  const program = startDeno("run", "-A", here("portable/print.ts"));
  expect(await program.ended, program.errors()).toBe(0);
  expect(program.lines).toEqual([{ userAgent: expect.stringMatching(/^Deno\/2\./), outcomes: expected }]);
});

const noBun = runtimeMissing(bun());
test.skipIf(noBun !== null)(
  `Bun, whose engine is another, does as Node.js does${noBun === null ? "" : ` (${noBun})`}`,
  async () => {
    const { file, version } = bun();
    const { stdout } = await promisify(execFile)(file, [here("portable/print.ts")]);
    expect(JSON.parse(stdout)).toEqual({ userAgent: `Bun/${version}`, outcomes: expected });
  },
);
