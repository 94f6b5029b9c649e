// What the decoder knows about one attribute: a row of the table. A new attribute is a file that makes such a row, and its
// line in table.ts.
import { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import type { DecodeContext } from "../context.ts";
import { OPTIONAL_FLAG, TRANSITIVE_FLAG } from "../numbers.ts";
import type { PathAttribute } from "../update/model.ts";
import type { Offsets } from "../update/offsets.ts";
import { MESSAGE_RULES } from "../verdict/message-rules.ts";
import type { Rule } from "../verdict/rule.ts";

/** Bits of the Attribute Flags octet (RFC 4271 section 4.3). */
export const AttributeFlag = { Optional: 0x80, Transitive: 0x40, Partial: 0x20, ExtendedLength: 0x10 } as const;

/** Flags that an attribute of each category has. */
export const WELL_KNOWN: number = TRANSITIVE_FLAG;
export const OPTIONAL_TRANSITIVE: number = OPTIONAL_FLAG | TRANSITIVE_FLAG;
export const OPTIONAL_NON_TRANSITIVE: number = OPTIONAL_FLAG;

/** What every attribute object can carry beside its value, when the wire was not as it would be written. */
export interface AttributeHeader {
  /** The flags octet without the Extended Length bit; absent where it is what the attribute's category asks for. */
  readonly flags?: number;
  /** Set where the length has two octets though one would do. */
  readonly extendedLength?: true;
}

/** What a file says of its attribute. */
export interface AttributeSpec<A extends PathAttribute> {
  readonly code: A["code"];
  readonly name: A["name"];
  /** Optional and Transitive bits as the document specifies them. */
  readonly flags: number;
  /** What a conflict with these flags is. */
  readonly flagsRule: Rule;
  /** What a conflict with the Transitive bit is, where it is something else. */
  readonly transitiveRule?: Rule;
  /** The length: exactly `octets`, or a non-zero multiple of it. Absent where `check` looks at the length. */
  readonly length?: { readonly octets: number; readonly multiple?: true; readonly rule: Rule };
  /** Why nobody on this kind of session may send the attribute at all, whatever is in it. */
  refuse?(context: DecodeContext): Rule | null;
  /** What is wrong with a value whose length is right, in this context; null when nothing is. */
  check?(buffer: Uint8Array, start: number, end: number, context: DecodeContext): Rule | null;
  /** What is wrong with a whole message for having the attribute at `index`, which `check` found good. */
  judgeMessage?(message: Offsets, index: number, context: DecodeContext): readonly Rule[];
  /** The object of a value that `length` and `check` found good. */
  decode(buffer: Uint8Array, start: number, end: number, context: DecodeContext): A;
  /** Absent where `ENCODERS` has it. */
  readonly encode?: AttributeEncoder<A>;
}

/** Writes the value of an attribute. @throws ConfigError where a part does not fit its field */
export type AttributeEncoder<A extends PathAttribute = PathAttribute> = {
  // A method, because a row of one attribute stands where a row of any is asked for.
  encode(attribute: A, writer: OctetWriter, context: DecodeContext): void;
}["encode"];

/** A row: the spec with every field there, so that all rows have one shape. */
export interface AttributeRow<A extends PathAttribute = PathAttribute> {
  readonly code: number;
  readonly name: A["name"];
  readonly flags: number;
  readonly flagsRule: Rule;
  readonly transitiveRule: Rule;
  /** -1: any length. */
  readonly octets: number;
  readonly multiple: boolean;
  readonly lengthRule: Rule;
  readonly refuse: ((context: DecodeContext) => Rule | null) | null;
  readonly check: ((buffer: Uint8Array, start: number, end: number, context: DecodeContext) => Rule | null) | null;
  readonly judgeMessage: ((message: Offsets, index: number, context: DecodeContext) => readonly Rule[]) | null;
  decode(buffer: Uint8Array, start: number, end: number, context: DecodeContext): A;
  /** Null for the attributes of `UNICAST`: programs that only read do without, and those that write bring it. */
  readonly encode: AttributeEncoder<A> | null;
  /** Reads the value field by field, for those rows that do; for the dissection. */
  readonly read: ((reader: FieldReader, context: DecodeContext) => A | null) | null;
}

/** Makes a row. */
export function attributeRow<A extends PathAttribute>(spec: AttributeSpec<A>): AttributeRow<A> {
  return {
    code: spec.code,
    name: spec.name,
    flags: spec.flags,
    flagsRule: spec.flagsRule,
    transitiveRule: spec.transitiveRule ?? spec.flagsRule,
    octets: spec.length?.octets ?? -1,
    multiple: spec.length?.multiple ?? false,
    lengthRule: spec.length?.rule ?? spec.flagsRule,
    refuse: spec.refuse ?? null,
    check: spec.check ?? null,
    judgeMessage: spec.judgeMessage ?? null,
    decode: spec.decode,
    encode: spec.encode ?? null,
    read: null,
  };
}

/** What a file says of an attribute that is read field by field. */
export interface FieldsSpec<A extends PathAttribute> extends Pick<
  AttributeSpec<A>,
  "code" | "name" | "flags" | "transitiveRule" | "refuse" | "judgeMessage"
> {
  /** What a value is that does not read as it should. */
  readonly malformed: Rule;
  /**
   * Reads the whole value. A read past the end, octets left over, `reader.fail()` and null make it malformed; `fail` may name
   * another rule than `malformed`.
   */
  read(reader: FieldReader, context: DecodeContext): A | null;
  /** What is wrong with a value that reads as it should, in this context; null when nothing is. */
  judge?(attribute: A, context: DecodeContext): Rule | null;
  /** Writes the value. @throws ConfigError where a part does not fit its field */
  write(attribute: A, writer: OctetWriter, context: DecodeContext): void;
}

/** Makes a row whose check is its reading: for attributes that are not in every message. */
export function fieldsRow<A extends PathAttribute>(spec: FieldsSpec<A>): AttributeRow<A> {
  const row = attributeRow<A>({
    code: spec.code,
    name: spec.name,
    flags: spec.flags,
    flagsRule: MESSAGE_RULES["attribute-flags"],
    ...(spec.transitiveRule !== undefined && { transitiveRule: spec.transitiveRule }),
    ...(spec.refuse !== undefined && { refuse: spec.refuse }),
    ...(spec.judgeMessage !== undefined && { judgeMessage: spec.judgeMessage }),
    check: (buffer, start, end, context) => {
      const reader = new FieldReader(buffer, start, end);
      const attribute = spec.read(reader, context);
      if (attribute === null || !reader.complete) return reader.fault ?? spec.malformed;
      return spec.judge?.(attribute, context) ?? null;
    },
    decode: (buffer, start, end, context) => spec.read(new FieldReader(buffer, start, end), context) as A,
    encode: spec.write,
  });
  return { ...row, read: spec.read };
}
