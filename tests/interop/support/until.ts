// Waiting with a deadline. What a router only tells when asked is asked again and again; nothing here is a fixed sleep.

/** Milliseconds the suite waits for a thing before it says which one did not happen. */
const PATIENCE = 20_000;

/** Milliseconds between two questions. */
const PAUSE = 25;

/** Why there is no point in asking again. */
export class Hopeless extends Error {
  override readonly name = "Hopeless";
}

/**
 * Asks until the answer is not `undefined`, `null` or `false`, and returns it.
 * @throws Hopeless as soon as the question throws it; Error naming `what` and the last answer or error, once `timeout` milliseconds are over.
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  timeout: number = PATIENCE,
  pause: number = PAUSE,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeout;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false) return answer as NonNullable<T>;
      last = answer;
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`waited ${timeout} ms for ${what}; last: ${String(last)}`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** The promise, or an error naming `what` once `timeout` milliseconds are over. */
export async function within<T>(what: string, promise: Promise<T>, timeout: number = PATIENCE): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${timeout} ms for ${what}`)), timeout);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
