// The table's counts as a page of text.
import { numberText } from "../output/number-text.ts";
import type { Colours } from "../output/sink.ts";
import { top, type TableSummary } from "../table/summary.ts";

/** How long the table took, in milliseconds, and how many octets of UPDATE messages it was. */
export interface Arrival {
  readonly millis: number;
  readonly octets: number;
}

const BAR = 40;

/** The page, line by line. */
export function summaryText(summary: TableSummary, arrival: Arrival, c: Colours): readonly string[] {
  const seconds = arrival.millis / 1000;
  const rate = seconds > 0 ? summary.routes / seconds : 0;
  return [
    c.bold("The table"),
    row(
      "routes",
      `${numberText(summary.routes)} in ${numberText(summary.updates)} UPDATEs, ${megabytes(arrival.octets)} MB`,
    ),
    row(
      "time",
      `${seconds.toFixed(2)} s from the first UPDATE to End-of-RIB: ${numberText(rate)} routes/s, decoded one by one`,
    ),
    row("families", [...summary.families].map(([family, count]) => `${family} ${numberText(count)}`).join(", ")),
    row("attribute sets", numberText(summary.attributeSets)),
    row("AS numbers", `${numberText(summary.ases)} on paths, ${numberText(summary.origins.size)} of them origins`),
    row(
      "AS paths",
      `${summary.meanPathLength.toFixed(2)} AS on average, ${percent(summary.prepended, summary.routes)} of the routes with prepending`,
    ),
    "",
    c.bold("Longest AS paths"),
    ...summary.longest.map((one) => `  ${String(one.length).padStart(3)}  ${one.prefix}  ${shortened(one.path)}`),
    "",
    c.bold("Most common communities"),
    ...top(summary.communities, 6).map(([name, count]) => counted(name, count, summary.routes)),
    "",
    c.bold("Origin AS with the most routes"),
    ...top(summary.origins, 6).map(([as, count]) => counted(`AS ${as}`, count, summary.routes)),
    "",
    ...histogram("Routes by AS path length", summary.pathLengths, c),
    ...[...summary.lengths].flatMap(([family, lengths]) =>
      [""].concat(histogram(`${family} by prefix length`, lengths, c, "/")),
    ),
  ];
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(15)} ${text}`;
}

function counted(name: string, count: number, all: number): string {
  return `  ${name.padEnd(18)} ${numberText(count).padStart(9)}  ${percent(count, all)}`;
}

/** One bar per value; what is rarer than one in a thousand goes together in the last line. */
function histogram(title: string, counts: ReadonlyMap<number, number>, c: Colours, sign = ""): string[] {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const most = Math.max(...counts.values());
  const lines = [c.bold(title)];
  let rare = 0;
  for (const [value, count] of [...counts].sort((a, b) => a[0] - b[0])) {
    if (count * 1000 < all) {
      rare += count;
      continue;
    }
    const bar = "█".repeat(Math.max(1, Math.round((count / most) * BAR)));
    lines.push(`  ${`${sign}${value}`.padStart(4)} ${numberText(count).padStart(8)}  ${c.cyan(bar)}`);
  }
  if (rare > 0) lines.push(`  rest ${numberText(rare).padStart(8)}`);
  return lines;
}

function percent(part: number, all: number): string {
  return all === 0 ? "0 %" : `${((100 * part) / all).toFixed(1)} %`;
}

function megabytes(octets: number): string {
  return (octets / 1e6).toFixed(1);
}

function shortened(path: string): string {
  return path.length <= 70 ? path : `${path.slice(0, 67)}…`;
}
