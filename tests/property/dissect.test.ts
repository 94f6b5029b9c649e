// The dissection: every octet of a message belongs to one field, whatever the message is; what is well-formed is read whole;
// what the decoder finds wrong is shown where it is.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { encodeMessage, encodeOpen, MessageType } from "@bgpwire/core";
import { createContext, decodeUpdate, dissect, STANDARD, type DissectedField } from "@bgpwire/decoder";
import { contexts, mutatedUpdates, wellFormedUpdates } from "../support/arbitrary-updates.ts";
import { opens } from "../support/arbitrary-messages.ts";

/** Fields without parts, in order. */
function leaves(field: DissectedField): DissectedField[] {
  return field.children.length === 0 ? [field] : field.children.flatMap(leaves);
}

function all(field: DissectedField): DissectedField[] {
  return [field, ...field.children.flatMap(all)];
}

/** One assertion for all: there are tens of thousands of fields. */
function expectTiled(tree: DissectedField, length: number): void {
  const wrong: DissectedField[] = [];
  let at = 0;
  for (const leaf of leaves(tree)) {
    if (leaf.offset !== at || leaf.length <= 0 || leaf.value === null) wrong.push(leaf);
    at += leaf.length;
  }
  for (const field of all(tree)) {
    for (const child of field.children) {
      if (child.offset < field.offset || child.offset + child.length > field.offset + field.length) wrong.push(child);
    }
  }
  expect(wrong).toEqual([]);
  expect(at).toBe(length);
}

test("every octet of any octets belongs to exactly one field", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), contexts, (bytes, context) => {
      expectTiled(dissect(bytes, context), bytes.length);
    }),
    { numRuns: 1000 },
  );
});

test("every octet of a message of any type and any body belongs to exactly one field", () => {
  const types = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.nat(0xff));
  fc.assert(
    fc.property(types, fc.uint8Array({ maxLength: 120 }), contexts, (type, body, context) => {
      const message = encodeMessage(type, body);
      expectTiled(dissect(message, context), message.length);
    }),
    { numRuns: 1000 },
  );
});

test("every octet of a damaged UPDATE belongs to exactly one field, and all its faults are shown", () => {
  fc.assert(
    fc.property(mutatedUpdates, ({ body, context }) => {
      const message = encodeMessage(MessageType.Update, body);
      const tree = dissect(message, context);
      expectTiled(tree, message.length);
      const shown = all(tree).flatMap((field) => field.faults ?? []);
      for (const issue of decodeUpdate(body, context).issues) {
        if (issue.length > 0) expect(shown).toContain(`${issue.reason} (${issue.rule})`);
      }
    }),
    { numRuns: 500 },
  );
});

test("a well-formed UPDATE is read whole: no octets are left between fields", () => {
  fc.assert(
    fc.property(wellFormedUpdates, ({ body, context }) => {
      const message = encodeMessage(MessageType.Update, body);
      const tree = dissect(message, context);
      expectTiled(tree, message.length);
      expect(all(tree).filter((field) => field.label === "octets")).toEqual([]);
      expect(all(tree).flatMap((field) => field.faults ?? [])).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test("an OPEN is read whole", () => {
  fc.assert(
    fc.property(opens, (open) => {
      const message = encodeMessage(MessageType.Open, encodeOpen(open));
      const tree = dissect(message, createContext());
      expectTiled(tree, message.length);
      expect(all(tree).filter((field) => field.label === "octets")).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test("every attribute of the table has fields", () => {
  for (const row of STANDARD.attributes) {
    const flags = row.flags;
    const value = Uint8Array.from({ length: row.octets > 1 ? row.octets : 12 }, () => 1);
    const body = Uint8Array.of(0, 0, 0, 3 + value.length, flags, row.code, value.length, ...value);
    const tree = dissect(encodeMessage(MessageType.Update, body), createContext());
    const attribute = all(tree).find((field) => field.label === "Attribute Value");
    // ATOMIC_AGGREGATE has none.
    if (row.code !== 6) expect(attribute?.children, `attribute ${row.code}`).not.toEqual([]);
  }
});
