// Two projects: `unit` needs nothing but Node; `interop` talks to real routers and takes minutes.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
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
