// A strict reader of the text format of Prometheus, version 0.0.4, written from its description alone: it takes no line that a
// lenient one might let pass, so that what it reads is read by all.

/** A metric with its samples. */
export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** One line. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$/;

/** @throws Error with the line for whatever is not as the format says */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let help: { name: string; text: string } | null = null;
  let current: (Family & { samples: Sample[] }) | null = null;
  for (const line of text.slice(0, -1).split("\n")) {
    const bad = (why: string): Error => new Error(`${why}: ${JSON.stringify(line)}`);
    const [, kind, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === "HELP") {
      if (help !== null) throw bad("a HELP without its TYPE before");
      if (!NAME.test(name) || families.has(name)) throw bad("not a name, or a family that was there");
      help = { name, text: unescape(rest, /^(?:[^\\]|\\\\|\\n)*$/, bad) };
    } else if (kind === "TYPE") {
      if (help?.name !== name) throw bad("a TYPE without its HELP");
      if (!["counter", "gauge", "summary", "histogram", "untyped"].includes(rest)) throw bad("no type");
      if ((rest === "counter") !== name.endsWith("_total")) throw bad("_total is for counters, and for them alone");
      current = { name, type: rest, help: help.text, samples: [] };
      families.set(name, current);
      help = null;
    } else {
      const sample = sampleOf(line, bad);
      if (current === null || help !== null) throw bad("a sample without a family");
      const suffix = sample.name.startsWith(current.name) ? sample.name.slice(current.name.length) : null;
      const allowed = current.type === "summary" ? ["", "_sum", "_count"] : [""];
      if (suffix === null || !allowed.includes(suffix)) throw bad("a sample of another family");
      if (current.type === "counter" && !(sample.value >= 0)) throw bad("a counter below 0");
      const quantile = current.type === "summary" && suffix === "";
      if (quantile !== "quantile" in sample.labels) throw bad("a quantile is of a summary");
      const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
      if (seen.has(key)) throw bad("the same sample twice");
      seen.add(key);
      current.samples.push(sample);
    }
  }
  return families;
}

function sampleOf(line: string, bad: (why: string) => Error): Sample {
  const match = SAMPLE.exec(line);
  if (match === null) throw bad("no sample");
  const labels: Record<string, string> = {};
  let rest = match[2];
  if (rest === "") throw bad("braces without labels");
  while (rest !== undefined && rest !== "") {
    const [whole, label, text] = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,(?=.)|$)/.exec(rest) ?? [];
    if (whole === undefined || label === undefined || label in labels) throw bad("no label, or one that was there");
    labels[label] = unescape(text!, /^(?:[^\\"]|\\\\|\\n|\\")*$/, bad);
    rest = rest.slice(whole.length);
  }
  return { name: match[1]!, labels, value: Number(match[3]!.replace("Inf", "Infinity")) };
}

function unescape(text: string, pattern: RegExp, bad: (why: string) => Error): string {
  if (!pattern.test(text)) throw bad("an escape that there is not");
  return text.replace(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign));
}
