// docs/transports.md shows what the examples are made of.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("every program in docs/transports.md is part of an example", () => {
  const folder = new URL("../../examples/transports/", import.meta.url);
  const examples = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8"));
  const document = readFileSync(new URL("../../docs/transports.md", import.meta.url), "utf8");
  const programs = [...document.matchAll(/```ts\n([^]*?)```/g)].map((match) => match[1]!);
  expect(programs).toHaveLength(2);
  for (const program of programs)
    expect(
      examples.some((example) => example.includes(program)),
      program,
    ).toBe(true);
});
