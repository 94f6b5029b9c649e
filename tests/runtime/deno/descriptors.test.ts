// EMFILE on accept under Deno: the listener pauses and goes on.
import { test } from "vitest";
import { DENO, denoMissing } from "../../support/deno.ts";
import { surviveFewDescriptors } from "../../support/few-descriptors.ts";

const missing = denoMissing();

test.skipIf(missing !== null)(
  `a listener that ran out of file descriptors accepts again once there are some${missing === null ? "" : ` (${missing})`}`,
  { timeout: 60_000 },
  async () => surviveFewDescriptors(80, DENO, "run", "-A"),
);
