// What the platform would report as unhandled, and end the process for, while something is done.

/** Does it, and gives what was rejected meanwhile and handled by nobody, in order. */
export async function unhandledRejections(act: () => Promise<void>): Promise<unknown[]> {
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  const reported: unknown[] = [];
  process.on("unhandledRejection", (error) => reported.push(error));
  try {
    await act();
  } finally {
    await new Promise((resolve) => setImmediate(resolve));
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
  return reported;
}
