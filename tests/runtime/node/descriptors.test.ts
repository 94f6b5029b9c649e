// EMFILE on accept costs the connection that came too late, and nothing else.
import { test } from "vitest";
import { surviveFewDescriptors } from "../../support/few-descriptors.ts";

test.skipIf(process.platform === "win32")(
  "a listener that ran out of file descriptors accepts again once there are some",
  { timeout: 60_000 },
  async () => surviveFewDescriptors(60, process.execPath),
);
