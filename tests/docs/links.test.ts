// What a document of the repository links to is there: files, and headings in them.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DOCUMENTS = globSync(["*.md", "docs/*.md", "packages/*/README.md", "tests/**/README.md"], {
  cwd: ROOT,
  exclude: (path) => path.includes("node_modules"),
});

/** A heading as GitHub names it in a link: small letters, hyphens for spaces, no punctuation. */
function anchorsOf(path: string): Set<string> {
  const prose = readFileSync(path, "utf8").replaceAll(/^```[^]*?^```/gm, "");
  return new Set(
    Array.from(prose.matchAll(/^#+ (.*)$/gm), ([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

test.each(DOCUMENTS)("%s links to what is there", (document) => {
  const path = join(ROOT, document);
  const links = Array.from(readFileSync(path, "utf8").matchAll(/\]\(([^)\s]+)\)/g), ([, link]) => link!);
  const broken = links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : resolve(dirname(path), file);
    return !existsSync(target) || (anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).has(anchor));
  });
  expect(broken).toEqual([]);
});

test("there are documents", () => {
  expect(DOCUMENTS).toContain("README.md");
  expect(DOCUMENTS.length).toBeGreaterThan(12);
});
