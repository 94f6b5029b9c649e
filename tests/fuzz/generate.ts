// Fresh inputs: UPDATEs and other messages as the generators of the property tests make them, whole and damaged.
import * as fc from "fast-check";
import type { ContextOptions, DecodeContext } from "@bgpwire/decoder";
import { messages } from "../support/arbitrary-messages.ts";
import { mutatedUpdates, wellFormedUpdates } from "../support/arbitrary-updates.ts";
import type { FuzzInput } from "./input.ts";

const inputs: fc.Arbitrary<FuzzInput> = fc.oneof(
  {
    weight: 4,
    arbitrary: wellFormedUpdates.map(({ body, context }) => ({ context: optionsOf(context), bytes: body })),
  },
  { weight: 2, arbitrary: mutatedUpdates.map(({ body, context }) => ({ context: optionsOf(context), bytes: body })) },
  { weight: 1, arbitrary: messages.map((bytes) => ({ context: null, bytes })) },
);

/** As many inputs; the same for the same seed. */
export function generate(seed: number, count: number): FuzzInput[] {
  return fc.sample(inputs, { seed, numRuns: count });
}

/** What a line of JSON says of a session. */
function optionsOf({ session, fourOctetAs, addPath, maxMessage }: DecodeContext): ContextOptions {
  return { session, fourOctetAs, addPath, maxMessage };
}
