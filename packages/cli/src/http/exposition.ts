// The text format of Prometheus, version 0.0.4: families of samples, each with its help and type.

/** What a family is. A counter's name ends in `_total`. */
export type MetricType = "counter" | "gauge" | "summary";

/** Labels of a sample, in the order they are written. */
export type Labels = Readonly<Record<string, string>>;

/** What the format is called. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Writes families one after the other. Each may be written once. */
export class Exposition {
  #text = "";
  #name = "";

  /** Begins a family; the samples that follow are its own. */
  family(name: string, type: MetricType, help: string): this {
    this.#name = name;
    this.#text += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
    return this;
  }

  /** @param suffix of the name, such as `_sum` of a summary */
  sample(value: number, labels: Labels = {}, suffix = ""): this {
    let pairs = "";
    for (const label of Object.keys(labels))
      pairs += `${pairs === "" ? "" : ","}${label}="${escapeLabel(labels[label]!)}"`;
    const braces = pairs === "" ? "" : `{${pairs}}`;
    this.#text += `${this.#name}${suffix}${braces} ${valueText(value)}\n`;
    return this;
  }

  /** Takes what was written since it was taken last, in whole lines. */
  take(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return /[\\\n"]/.test(text) ? escapeHelp(text).replaceAll('"', '\\"') : text;
}

function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}
