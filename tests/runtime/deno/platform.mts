// Holds what the driver says of Deno against Deno's own declarations. For `deno check` only: never run, and no matter of
// tsc, which does not know Deno (so not a .ts).
import type { Platform } from "../../../packages/transport-deno/src/platform.ts";

export const platform: Platform = {
  Deno: {
    connect: (options) => Deno.connect({ ...options, signal: options.signal as AbortSignal }),
    listen: (options) => Deno.listen(options),
    build: Deno.build,
    dlopen: (path, functions) => Deno.dlopen(path, functions as Deno.ForeignLibraryInterface) as never,
    UnsafePointerView: Deno.UnsafePointerView as never,
  },
  performance,
  crypto: { getRandomValues: (into) => crypto.getRandomValues(into as Int32Array<ArrayBuffer>) },
  AbortController,
  setTimeout: (action, delay) => setTimeout(action, delay),
  clearTimeout: (timer) => clearTimeout(timer as number),
  setImmediate: (action) => setImmediate(action),
};
