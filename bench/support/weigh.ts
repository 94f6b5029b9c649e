// The memory of this process after garbage collection; needs --expose-gc.

/** Octets in use on the JavaScript heap, outside it, and resident. */
export interface Weight {
  readonly heap: number;
  readonly external: number;
  readonly rss: number;
}

/** Collects all garbage, several times because one collection makes more of it, and looks. */
export function weigh(): Weight {
  for (let i = 0; i < 4; i++) globalThis.gc!();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed, external, rss };
}
