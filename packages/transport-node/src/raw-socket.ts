// The file descriptor below a Node.js socket. No public API of Node.js 20 to 24 gives it for a socket that is about to
// connect or that listens, so this reads the one undocumented field there is, in one place, and takes its absence for no
// descriptor. (net.BoundSocket of Node.js 24.19 would do for dialling; there it is the same number.)
import type { Server, Socket } from "node:net";
import type { RawSocket } from "./options.ts";

export function rawSocket(socket: Socket | Server): RawSocket {
  const { _handle: handle } = socket as { readonly _handle?: { readonly fd?: unknown } | null };
  const fd = handle?.fd;
  return { fd: typeof fd === "number" && fd >= 0 ? fd : null };
}
