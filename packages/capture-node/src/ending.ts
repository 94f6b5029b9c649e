// How the readers of compressed files say that they cannot go on.

/** Everything before it was given. Its message is one clause for people. */
export class Ending extends Error {}

/** What somebody else's error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
