// The text format of Prometheus, version 0.0.4: families of samples, each with its help and type.

/** What a family is. A counter's name ends in `_total`. */
export type MetricType = "counter" | "gauge" | "summary";

/** Labels of a sample, in the order they are written. */
export type Labels = Readonly<Record<string, string>>;

/** What the format is called. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Writes families one after the other. Each may be written once. */
export class Exposition {
  readonly #lines: string[] = [];
  #name = "";

  /** Begins a family; the samples that follow are its own. */
  family(name: string, type: MetricType, help: string): this {
    this.#name = name;
    this.#lines.push(`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`);
    return this;
  }

  /** @param suffix of the name, such as `_sum` of a summary */
  sample(value: number, labels: Labels = {}, suffix = ""): this {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    const braces = pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
    this.#lines.push(`${this.#name}${suffix}${braces} ${valueText(value)}`);
    return this;
  }

  /** All of it, with the end of line that the format wants behind the last line. */
  text(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}
