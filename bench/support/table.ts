// What a bench prints: a title, what was asked, and a table whose first column is text and whose others are numbers.

/** Prints a table. Cells are aligned: the first column to the left, the others to the right. */
export function printTable(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = columns.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ");
  const text = [title, "", line(columns), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)];
  process.stdout.write(`${text.map((l) => `  ${l}`.trimEnd()).join("\n")}\n\n`);
}

/** Prints a remark under a table. */
export function printNote(text: string): void {
  process.stdout.write(`  ${text}\n`);
}

/** A ratio as "2.41×". */
export function times(ratio: number): string {
  return `${ratio.toFixed(ratio < 100 ? 2 : 0)}×`;
}

/** A number with thousands separated. */
export function number(value: number, digits = 0): string {
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
