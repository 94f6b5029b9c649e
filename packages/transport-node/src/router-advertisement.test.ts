// What can go wrong with Router Advertisements. That routers take them is seen in tests/interop/unnumbered.test.ts.
import { ConfigError } from "@bgpwire/core";
import { expect, test } from "vitest";
import { advertiseRouter } from "./index.ts";

test("on a device that is not there they are one clear error, and nothing goes on", () => {
  expect(() => advertiseRouter("no-such")).toThrow(ConfigError);
  expect(() => advertiseRouter("no-such")).toThrow(/^device: (?!bindToDevice)/);
});
