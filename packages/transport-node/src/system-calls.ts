// The few system calls that Node.js does not offer, by whichever foreign function interface there is: `node:ffi` of newer
// versions, else the package koffi. Loaded when an option first asks for it, never before.
import { createRequire } from "node:module";
import { constants } from "node:os";

/** Calls of the C library. Each returns a result or, where that is negative, leaves an error for `errno`. */
export interface SystemCalls {
  readonly socket: (family: number, type: number, protocol: number) => number;
  readonly bind: (fd: number, address: Uint8Array, length: number) => number;
  readonly connect: (fd: number, address: Uint8Array, length: number) => number;
  readonly close: (fd: number) => number;
  readonly setsockopt: (fd: number, level: number, name: number, value: Uint8Array, length: number) => number;
  readonly errno: () => number;
}

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
  ): { readonly functions: Readonly<Record<string, (...args: unknown[]) => unknown>> };
  getInt32(pointer: unknown): number;
}

const load = createRequire(import.meta.url);
let loaded: SystemCalls | null = null;

/** @throws Error where there is no foreign function interface; its message says what would help */
export function systemCalls(): SystemCalls {
  loaded ??= byNode() ?? byKoffi();
  return loaded;
}

function byNode(): SystemCalls | null {
  let ffi: NodeFfi;
  try {
    ffi = load("node:ffi") as NodeFfi;
    const { functions } = ffi.dlopen(null, {
      socket: { arguments: ["i32", "i32", "i32"], return: "i32" },
      bind: { arguments: ["i32", "pointer", "u32"], return: "i32" },
      connect: { arguments: ["i32", "pointer", "u32"], return: "i32" },
      close: { arguments: ["i32"], return: "i32" },
      setsockopt: { arguments: ["i32", "i32", "i32", "pointer", "u32"], return: "i32" },
      // What `errno` of C stands for.
      __errno_location: { arguments: [], return: "pointer" },
    });
    const { __errno_location: location, ...calls } = functions;
    return { ...(calls as unknown as SystemCalls), errno: () => ffi.getInt32(location!()) };
  } catch {
    return null;
  }
}

function byKoffi(): SystemCalls {
  let koffi: Koffi;
  try {
    koffi = load("koffi") as Koffi;
  } catch (error) {
    throw new Error(
      `Node.js ${process.versions.node} has no node:ffi that may be used, and the package koffi is not there; npm install koffi`,
      { cause: error },
    );
  }
  const library = koffi.load(null);
  return {
    socket: library.func("int socket(int, int, int)"),
    bind: library.func("int bind(int, const void *, unsigned int)"),
    connect: library.func("int connect(int, const void *, unsigned int)"),
    close: library.func("int close(int)"),
    setsockopt: library.func("int setsockopt(int, int, int, const void *, unsigned int)"),
    errno: () => koffi.errno(),
  };
}

/** The name of an error number, such as `ENOPROTOOPT`. */
export function errorName(errno: number): string {
  const found = Object.entries(constants.errno).find(([, number]) => number === errno);
  return found?.[0] ?? `error ${errno}`;
}
