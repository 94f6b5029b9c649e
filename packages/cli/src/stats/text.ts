// What a capture holds, as text for a terminal.
import { timeText } from "@bgpwire/capture";
import { numberText } from "../output/number-text.ts";
import type { Colours } from "../output/sink.ts";
import { printable } from "../output/text.ts";
import type { CaptureStats } from "./collect.ts";
import { sparkline } from "./histogram.ts";

/** Most peers that are shown. */
const MOST_TALKERS = 10;

/** The lines of one capture. @param width characters in a line */
export function statsText(file: string, stats: CaptureStats, width: number, c: Colours): string[] {
  const { first, last, sessions } = stats;
  const lines = [c.bold(file)];
  if (first === null || last === null) return [...lines, "  nothing in it"];
  lines.push(
    `  ${timeText(first)} to ${timeText(last)}, ${numberText(stats.events)} events, ${numberText(sessions.size)} sessions`,
  );
  lines.push(`  ${[...stats.types].map(([type, count]) => `${type} ${numberText(count)}`).join(", ")}`);
  const { counts, width: step } = stats.messages;
  if (counts.length > 1) {
    lines.push("", c.bold("  Messages over time"), `  ${c.cyan(sparkline(counts, width - 4))}`);
    lines.push(
      `  ${c.dim(`at most ${numberText(Math.max(...counts) / step, 1)} a second in steps of ${numberText(step)} s`)}`,
    );
  }
  if (stats.families.size > 0) {
    const rows = [...stats.families].map(([name, { announced, withdrawn, routes }]) => [
      name,
      numberText(announced),
      numberText(withdrawn),
      numberText(routes),
    ]);
    lines.push("", ...table(["Family", "announced", "withdrawn", "in tables"], rows, c));
  }
  lines.push(...talkerLines(stats, c));
  if (stats.resets.length > 0) {
    lines.push("", c.bold("  Ends of sessions"), ...stats.resets.map((text) => `  ${printable(text)}`));
    if (stats.moreResets > 0) lines.push(`  and ${numberText(stats.moreResets)} more`);
  }
  return lines;
}

function talkerLines({ talkers }: CaptureStats, c: Colours): string[] {
  const loud = [...talkers.values()].sort((a, b) => b.messages + b.routes - a.messages - a.routes);
  const rows = loud
    .slice(0, MOST_TALKERS)
    .map((one) => [
      one.address,
      one.as === null ? "?" : String(one.as),
      numberText(one.sessions.size),
      numberText(one.messages),
      numberText(one.announced),
      numberText(one.withdrawn),
      numberText(one.routes),
    ]);
  if (rows.length === 0) return [];
  const lines = table(["Peer", "AS", "sessions", "messages", "announced", "withdrawn", "in tables"], rows, c);
  return [
    "",
    ...lines,
    ...(loud.length > rows.length ? [`  and ${numberText(loud.length - rows.length)} more peers`] : []),
  ];
}

/** Columns: the first to the left, the others, which are numbers, to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[], c: Colours): string[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ")}`;
  return [c.bold(line(head)), ...rows.map(line)];
}
