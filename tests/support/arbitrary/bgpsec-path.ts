// BGPsec_PATH with one and two Signature_Blocks, as a sender of this kind may have it.
import * as fc from "fast-check";
import type { DecodeContext } from "@bgpwire/decoder";
import {
  hex,
  isExternal,
  joined,
  octet,
  octets2,
  octets4,
  octetsOf,
  u32,
  type AttributeGenerator,
  type Both,
  type Octets,
} from "./base.ts";
import { unlessZero } from "./parts.ts";

interface Segment {
  readonly pCount: number;
  readonly reserved: number;
  readonly as: number;
  readonly confed: boolean;
}

const segment: fc.Arbitrary<Segment> = fc.record({
  pCount: octet,
  reserved: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(0x7f)),
  as: u32,
  confed: fc.boolean(),
});

/** A part behind its length, which counts itself. */
function part(octets: Octets): Octets {
  return [...octets2(2 + octets.length), ...octets];
}

function segmentOf({ pCount, reserved, as, confed }: Segment): Both<object> {
  return {
    octets: [pCount, reserved + (confed ? 0x80 : 0), ...octets4(as)],
    value: { pCount, confedSegment: confed, ...unlessZero("reserved", reserved), as },
  };
}

const signature: fc.Arbitrary<Both<object>> = fc
  .tuple(octetsOf(20), fc.array(octet, { maxLength: 20 }))
  .map(([ski, octets]) => ({
    octets: [...ski, ...octets2(octets.length), ...octets],
    value: { subjectKeyIdentifier: hex(ski), signature: hex(octets) },
  }));

function block(count: number): fc.Arbitrary<Both<object>> {
  return fc.tuple(octet, fc.array(signature, { minLength: count, maxLength: count })).map(([suite, list]) => {
    const { octets, value } = joined(list);
    return { octets: part([suite, ...octets]), value: { algorithmSuite: suite, signatures: value } };
  });
}

/** Who may send which flags: RFC 8205 section 5.2, checks 5 and 6. */
function allowed(segments: readonly Segment[], context: DecodeContext): Segment[] {
  return segments.map((one, i) => {
    if (isExternal(context)) return { ...one, confed: false };
    return context.session === "confed" && i === 0 ? { ...one, confed: true } : one;
  });
}

export const bgpsecPath: AttributeGenerator = {
  flags: 0x80,
  insteadOf: 2,
  make: (context) =>
    fc.array(segment, { minLength: 1, maxLength: 3 }).chain((segments) =>
      fc.array(block(segments.length), { minLength: 1, maxLength: 2 }).map((list) => {
        const path = joined(allowed(segments, context).map(segmentOf));
        const blocks = joined(list);
        return {
          octets: [...part(path.octets), ...blocks.octets],
          value: {
            name: "bgpsecPath",
            code: 33,
            securePath: path.value,
            signatureBlocks: blocks.value,
          } as never,
        };
      }),
    ),
};
