// What is below a Node.js socket: its file descriptor. No public API of Node.js 20 to 24 gives it for a socket that is about
// to connect or that listens, so this reads the one undocumented field there is, in one place, and takes its absence for no
// descriptor. (net.BoundSocket of Node.js 24.19 would do for dialling; there it is the same number.)
import { readSync } from "node:fs";
import type { Server, Socket } from "node:net";
import type { RawSocket } from "./options.ts";

/** Octets of one read. */
const CHUNK = 65_536;

export function rawSocket(socket: Socket | Server): RawSocket {
  const { _handle: handle } = socket as { readonly _handle?: { readonly fd?: unknown } | null };
  const fd = handle?.fd;
  return { fd: typeof fd === "number" && fd >= 0 ? fd : null };
}

/** What the kernel has received and Node.js has not read yet; null where there is nothing or no way. Does not wait. */
export function readNow(socket: Socket): Uint8Array | null {
  const { fd } = rawSocket(socket);
  if (fd === null) return null;
  const buffer = new Uint8Array(CHUNK);
  try {
    const length = readSync(fd, buffer);
    return length === 0 ? null : buffer.subarray(0, length);
  } catch {
    return null;
  }
}
