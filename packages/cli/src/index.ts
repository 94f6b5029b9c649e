// What other programs may use of the command: the command itself and its table of routes.
export type { RouteAttributes, RouteGroup } from "./announce/announcement.ts";
export { main } from "./program.ts";
export { generateTable, type TableOptions } from "./table/generate.ts";
export { readRecordedTable, type RecordedTable, type RecordingInfo } from "./table/recorded.ts";
