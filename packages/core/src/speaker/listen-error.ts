// For drivers: what an operator reads when an address cannot be bound.
import type { ListenTarget } from "./transport.ts";

/** The usual mistakes, by the name that every platform gives them. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "it is in use",
  EACCES: "the system does not permit it; ports below 1024 need a privilege",
  EADDRNOTAVAIL: "it is not an address of this machine",
};

/**
 * The error of a listen that failed, saying which and why, with the system's error as its `cause` and that one's `code`.
 *
 * @example listenError({ address: "::1", port: 179 }, error).message // "cannot listen on [::1]:179: it is in use (EADDRINUSE)"
 */
export function listenError(target: ListenTarget, cause: unknown): Error & { readonly code: string } {
  const { address, port } = target;
  const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown };
  const name = typeof code === "string" ? code : "";
  const where = address.includes(":") ? `[${address}]` : address;
  const why = Object.hasOwn(EXPLANATIONS, name) ? `${EXPLANATIONS[name]} (${name})` : String(message);
  return Object.assign(new Error(`cannot listen on ${where}:${port}: ${why}`, { cause }), { code: name });
}
