// Does the exercise on whatever runtime this is and prints, as a JSON line, where it ran and what came of it. Run by portable.test.ts.
import { readFile } from "node:fs/promises";
import { exercise } from "./exercise.ts";

const outcomes = await exercise(async (name) => readFile(new URL(`../../fixtures/recorded/${name}`, import.meta.url)));
console.log(JSON.stringify({ userAgent: navigator.userAgent, outcomes }));
