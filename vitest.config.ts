// Two projects: `unit` needs nothing but Node; `interop` talks to real routers and takes minutes.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Hundreds of commands and speakers are started as processes of their own: what Node.js compiled for one is there for the next.
const env = { NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/compiled", import.meta.url)) };

export default defineConfig({
  test: {
    // Half of the time tests wait: for sockets, for processes, for timers.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "unit",
          env,
          setupFiles: ["tests/support/seed.ts"],
          // Generous, because no test is about speed and machines can be busy.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: ["packages/*/src/**/*.test.ts", "tests/**/*.test.ts"],
          exclude: ["tests/interop/**", "**/node_modules/**"],
        },
      },
      {
        test: {
          name: "interop",
          env,
          include: ["tests/interop/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          // Which of two connections a foreign router drops first can hang on how busy the machine is.
          retry: 1,
        },
      },
    ],
  },
});
