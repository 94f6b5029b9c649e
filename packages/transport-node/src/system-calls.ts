// The few system calls that runtimes do not offer, by whichever foreign function interface there is: `node:ffi` of newer
// versions of Node.js, `bun:ffi`, else the package koffi. Loaded when an option first asks for it, never before.
import { createRequire } from "node:module";
import { constants } from "node:os";
import type { SocketPlatform, SystemCalls } from "@bgpwire/core";
import { RUNTIME } from "./runtime.ts";

/** The part of koffi that is used here. */
interface Koffi {
  load(path: null): { func(prototype: string): (...args: unknown[]) => number };
  errno(): number;
}

/** The part of `node:ffi` that is used here; Node.js has it from 26.1 on. */
interface NodeFfi {
  dlopen(
    path: null,
    definitions: Readonly<Record<string, { readonly arguments: readonly string[]; readonly return: string }>>,
  ): { readonly functions: Functions };
  getInt32(pointer: unknown): number;
}

/** The part of `bun:ffi` that is used here. */
interface BunFfi {
  dlopen(
    path: string,
    definitions: Readonly<Record<string, { readonly args: readonly string[]; readonly returns: string }>>,
  ): { readonly symbols: Functions };
  readonly read: { i32(pointer: unknown): number };
}

type Functions = Readonly<Record<string, (...args: unknown[]) => unknown>>;

/** Arguments of the calls, each of which gives an `int`. */
const ARGUMENTS: Readonly<Record<Exclude<keyof SystemCalls, "lastError">, readonly string[]>> = {
  socket: ["i32", "i32", "i32"],
  bind: ["i32", "pointer", "u32"],
  connect: ["i32", "pointer", "u32"],
  close: ["i32"],
  setsockopt: ["i32", "i32", "i32", "pointer", "u32"],
  if_nametoindex: ["pointer"],
};

/** What `errno` of C stands for. */
const ERRNO = "__errno_location";

/** For koffi, which takes declarations of C. */
const C_TYPES: Readonly<Record<string, string>> = { i32: "int", u32: "unsigned int", pointer: "const void *" };

const load = createRequire(import.meta.url);
let loaded: SystemCalls | null = null;

/** This runtime on this system, for options of the socket. */
export const socketPlatform: SocketPlatform = {
  name: `${RUNTIME.name} on ${process.platform}`,
  linux: process.platform === "linux",
  calls: systemCalls,
};

/** @throws Error where there is no foreign function interface; its message says what would help */
function systemCalls(): SystemCalls {
  if (RUNTIME.name === "Deno") throw new Error("@bgpwire/transport-deno can set it under Deno; this driver cannot");
  loaded ??= RUNTIME.name === "Bun" ? byBun() : (byNode() ?? byKoffi());
  return loaded;
}

/** The calls, each with its arguments as the interface writes them. */
function declared<T>(declaration: (args: readonly string[]) => T, errno: NoInfer<T>): Record<string, T> {
  const declarations = Object.entries(ARGUMENTS).map(([name, args]) => [name, declaration(args)] as const);
  return { ...Object.fromEntries(declarations), [ERRNO]: errno };
}

function byNode(): SystemCalls | null {
  try {
    const ffi = load("node:ffi") as NodeFfi;
    const calls = declared((args) => ({ arguments: args, return: "i32" }), { arguments: [], return: "pointer" });
    const { functions } = ffi.dlopen(null, calls);
    return callsOf(functions, (location) => ffi.getInt32(location));
  } catch {
    return null;
  }
}

function byBun(): SystemCalls {
  const ffi = load("bun:ffi") as BunFfi;
  const calls = declared((args) => ({ args, returns: "i32" }), { args: [], returns: "pointer" });
  const { symbols } = ffi.dlopen("libc.so.6", calls);
  return callsOf(symbols, (location) => ffi.read.i32(location));
}

function callsOf({ [ERRNO]: location, ...calls }: Functions, readInt: (pointer: unknown) => number): SystemCalls {
  return { ...(calls as unknown as SystemCalls), lastError: () => errorName(readInt(location!())) };
}

function byKoffi(): SystemCalls {
  let koffi: Koffi;
  try {
    koffi = load("koffi") as Koffi;
  } catch (error) {
    throw new Error(
      `${RUNTIME.name} ${RUNTIME.version} has no node:ffi that may be used, and the package koffi is not there; npm install koffi`,
      { cause: error },
    );
  }
  const library = koffi.load(null);
  const calls = Object.entries(ARGUMENTS).map(([name, args]) => {
    const types = args.map((type) => C_TYPES[type]).join(", ");
    return [name, library.func(`int ${name}(${types})`)] as const;
  });
  return { ...(Object.fromEntries(calls) as unknown as SystemCalls), lastError: () => errorName(koffi.errno()) };
}

/** The name of an error number, such as `ENOPROTOOPT`. */
function errorName(errno: number): string {
  const found = Object.entries(constants.errno).find(([, number]) => number === errno);
  return found?.[0] ?? `error ${errno}`;
}
