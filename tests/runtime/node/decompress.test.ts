// The built packages decompress on every other Node.js in PATH, 20 or later: threads out of JavaScript, zstd without node:zlib.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compress, lacks, type Compressor } from "../../support/compressors.ts";
import { install, otherVersions } from "../../support/node-versions.ts";

/** Milliseconds on a busy machine. */
const TIMEOUT = 300_000;

const SCRIPT = `
import { createReadStream } from "node:fs";
import { decompress } from "@bgpwire/capture-node";

let length = 0;
let sum = 0;
for await (const chunk of decompress(createReadStream(process.argv[2]), { threads: 2 })) {
  if ("kind" in chunk) throw new Error(chunk.reason);
  length += chunk.length;
  for (const octet of chunk) sum = (sum * 31 + octet) >>> 0;
}
console.log(JSON.stringify({ length, sum }));
`;

const OCTETS = Uint8Array.from({ length: 1_600_000 }, (_, i) => ((i * i) >>> 7) & 0xff);
const COMPRESSORS: readonly Compressor[] = ["gzip", "bzip2", "zstd", "xz"];

const versions = otherVersions();

if (versions.size === 0) {
  test.skip(`decompression on other versions of Node.js (none but ${process.versions.node} in PATH)`);
} else {
  describe("decompression on other versions of Node.js", () => {
    const directory = mkdtempSync(join(tmpdir(), "bgpwire-decompress-"));

    beforeAll(() => {
      install(directory, ["core", "decoder", "capture", "capture-node"]);
      writeFileSync(join(directory, "read.js"), SCRIPT);
    }, TIMEOUT);
    afterAll(() => rmSync(directory, { recursive: true }));

    for (const compressor of COMPRESSORS) {
      test.skipIf(lacks(compressor)).each([...versions])(
        `${compressor} on Node.js %s`,
        { timeout: TIMEOUT },
        (_version, node) => {
          const file = join(directory, `octets.${compressor}`);
          writeFileSync(file, compress(compressor, OCTETS, 1));
          const { stdout, stderr, status } = spawnSync(node, [join(directory, "read.js"), file], { encoding: "utf8" });
          expect(status, stderr).toBe(0);
          const sum = OCTETS.reduce((sum, octet) => (sum * 31 + octet) >>> 0, 0);
          expect(JSON.parse(stdout)).toEqual({ length: OCTETS.length, sum });
        },
      );
    }
  });
}
