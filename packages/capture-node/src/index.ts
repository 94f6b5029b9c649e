// The public face of @bgpwire/capture-node.
export { decompress, type DecompressOptions } from "./decompress.ts";
export type { Chunks } from "./source.ts";
export { listenBmp, type BmpListener, type BmpListenOptions } from "./bmp/listen.ts";
export type { BmpConnection, BmpHandlers } from "./bmp/router-connection.ts";
export { BmpSending, type BmpSendHandlers } from "./bmp/send.ts";
export { dialBmp, type BmpDialling, type BmpDialOptions } from "./bmp/dial.ts";
export type { BmpTarget } from "./bmp/redial.ts";
