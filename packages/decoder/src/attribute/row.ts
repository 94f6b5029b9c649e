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

/** Writes the value of an attribute. @throws ConfigError where a part does not fit its field */
export type AttributeEncoder<A extends PathAttribute = PathAttribute> = {
  // A method, because a row of one attribute stands where a row of any is asked for.
  encode(attribute: A, writer: OctetWriter, context: DecodeContext): void;
}["encode"];

/** A row of the attribute table. */
export interface AttributeRow<A extends PathAttribute = PathAttribute> {
  readonly code: A["code"];
  readonly name: A["name"];
  /** Optional and Transitive bits as the document specifies them. */
  readonly flags: number;
  /** What a conflict with these flags is. */
  readonly flagsRule: Rule;
  /** What a conflict with the Transitive bit is, where it is something else. */
  readonly transitiveRule: Rule | null;
  /** The length; -1 where `check` looks at it. */
  readonly octets: number;
  /** The length is any multiple of `octets` but zero. */
  readonly multiple: boolean;
  /** What another length is; null where `octets` is -1. */
  readonly lengthRule: Rule | null;
  /** Why nobody on this kind of session may send the attribute at all, whatever is in it. */
  readonly refuse: ((context: DecodeContext) => Rule | null) | null;
  /** What is wrong with a value whose length is right, in this context; null when nothing is. */
  readonly check: ((buffer: Uint8Array, start: number, end: number, context: DecodeContext) => Rule | null) | null;
  /** What is wrong with a whole message for having the attribute at `index`, which `check` found good. */
  readonly judgeMessage: ((message: Offsets, index: number, context: DecodeContext) => readonly Rule[]) | null;
  /** The object of a value whose length is right and with which nothing is wrong. */
  decode(buffer: Uint8Array, start: number, end: number, context: DecodeContext): A;
  /** Null for the attributes of `UNICAST`: programs that only read do without, and those that write bring it. */
  readonly encode: AttributeEncoder<A> | null;
  /** Reads the value field by field, for those rows that do; for the dissection. */
  readonly read: ((reader: FieldReader, context: DecodeContext) => A | null) | null;
}

type Stated = "code" | "name" | "flags" | "decode";

/** What a file says of its attribute: the row without what is as usual. */
export type AttributeSpec<A extends PathAttribute> = Pick<AttributeRow<A>, Stated> &
  Partial<Omit<AttributeRow<A>, Stated>>;

/** Makes a row; all rows have one shape. */
export function attributeRow<A extends PathAttribute>(spec: AttributeSpec<A>): AttributeRow<A> {
  return {
    flagsRule: MESSAGE_RULES["attribute-flags"],
    transitiveRule: null,
    octets: -1,
    multiple: false,
    lengthRule: null,
    refuse: null,
    check: null,
    judgeMessage: null,
    encode: null,
    read: null,
    ...spec,
  };
}

/** What a file says of an attribute that is read field by field. */
export interface FieldsSpec<A extends PathAttribute> extends Pick<
  AttributeSpec<A>,
  "code" | "name" | "flags" | "transitiveRule" | "refuse" | "judgeMessage"
> {
  /** What a value is that does not read as it should. */
  readonly malformed: Rule;
  /** It may be there without a value. */
  readonly mayBeEmpty?: true;
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
  const { code, name, flags, transitiveRule = null, refuse = null, judgeMessage = null, read, write } = spec;
  return attributeRow<A>({
    code,
    name,
    flags,
    transitiveRule,
    refuse,
    judgeMessage,
    check: (buffer, start, end, context) => {
      const reader = new FieldReader(buffer, start, end);
      const attribute = spec.read(reader, context);
      // RFC 7606 section 4: "it SHALL be considered a syntax error for the attribute to have a length of zero", but for those "that
      // may be zero".
      const lacksValue = start === end && spec.mayBeEmpty !== true;
      if (attribute === null || lacksValue || !reader.complete) return reader.fault ?? spec.malformed;
      return spec.judge?.(attribute, context) ?? null;
    },
    decode: (buffer, start, end, context) => spec.read(new FieldReader(buffer, start, end), context) as A,
    encode: write,
    read,
  });
}
