// The public face of @bgpwire/capture-node.
export { decompress, type DecompressOptions } from "./decompress.ts";
export type { Chunks } from "./source.ts";
