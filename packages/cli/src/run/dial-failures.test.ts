import type { Peer, SpeakerEvent } from "@bgpwire/core";
import { expect, it } from "vitest";
import { DialFailures } from "./dial-failures.ts";

it("takes a failure for repeated until the reason is another or the peer has spoken", () => {
  const failures = new DialFailures();
  const peer = {} as Peer;
  const failed = (reason: string, of = peer): boolean =>
    failures.repeats({ type: "dialFailed", peer: of, conn: 2, reason });
  expect([failed("refused"), failed("refused"), failed("no answer"), failed("refused")]).toEqual([
    false,
    true,
    false,
    false,
  ]);
  expect(failed("refused", {} as Peer)).toBe(false);
  expect(failures.repeats({ type: "open", peer } as unknown as SpeakerEvent)).toBe(false);
  expect([failed("refused"), failed("refused")]).toEqual([false, true]);
});
