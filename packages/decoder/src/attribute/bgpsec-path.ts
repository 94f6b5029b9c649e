// BGPsec_PATH (RFC 8205 section 3): optional non-transitive, the path of ASes with the signature of each, which stands for
// AS_PATH. Whether signatures are valid takes the RPKI, and is for who has it to say.
import { ConfigError } from "@bgpwire/core";
import { isExternal, stronger } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import type { FieldReader } from "../bytes/reader.ts";
import { writeHex } from "../bytes/write.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { AS_PATH_CODE, MALFORMED_AS_PATH, OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import type { Offsets } from "../update/offsets.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import { fieldsRow, OPTIONAL_NON_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it: RFC 8205 section 5.2 lists the checks. */
// prettier-ignore
export const BGPSEC_PATH_RULES: RuleTable<"bgpsec-path-malformed" | "bgpsec-path-first-as" | "bgpsec-path-signatures" | "bgpsec-path-confederation" | "bgpsec-path-no-confederation" | "bgpsec-path-zero-count" | "bgpsec-with-as-path"> = /* @__PURE__ */ ruleTable({
  "bgpsec-path-malformed": ["RFC 8205 section 5.2", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "bgpsec-path-first-as": ["RFC 8205 section 5.2", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "bgpsec-path-signatures": ["RFC 8205 section 5.2", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "bgpsec-path-confederation": ["RFC 8205 section 5.2", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "bgpsec-path-no-confederation": ["RFC 8205 section 5.2", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "bgpsec-path-zero-count": ["RFC 8205 section 5.2", "off", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "bgpsec-with-as-path": ["RFC 8205 section 5.2", "withdraw", MALFORMED_AS_PATH, "nothing", "meaning"],
});

/** A Secure_Path Segment. */
export interface SecurePathSegment {
  /** pCount: how many times the AS would stand in AS_PATH; 0 for a route server that does not. */
  readonly pCount: number;
  /** Confed_Segment: the next AS is of the same confederation. */
  readonly confedSegment: boolean;
  /** The other seven flags, absent where they are 0. */
  readonly reserved?: number;
  readonly as: number;
}

/** A Signature Segment. */
export interface SignatureSegment {
  /** SKI: 20 octets as 40 digits. */
  readonly subjectKeyIdentifier: string;
  /** Digits of its octets. */
  readonly signature: string;
}

/** A Signature_Block. */
export interface SignatureBlock {
  /** Algorithm Suite Identifier: 1 is ECDSA over P-256 with SHA-256 (RFC 8208). */
  readonly algorithmSuite: number;
  /** One for each segment of the path, in the same order. */
  readonly signatures: readonly SignatureSegment[];
}

/**
 * BGPsec_PATH (RFC 8205 section 3): optional non-transitive, the path of ASes with the signature of each, which stands for
 * AS_PATH. Whether signatures are valid takes the RPKI, and is for who has it to say.
 */
export interface BgpsecPathAttribute extends AttributeHeader {
  readonly name: "bgpsecPath";
  readonly code: 33;
  /** The latest AS first; at least one. */
  readonly securePath: readonly SecurePathSegment[];
  /** One, or two while one algorithm suite takes the place of another. */
  readonly signatureBlocks: readonly SignatureBlock[];
}

/** Makes a BGPsec_PATH. */
export function bgpsecPath(
  securePath: readonly SecurePathSegment[],
  signatureBlocks: readonly SignatureBlock[],
): BgpsecPathAttribute {
  return { name: "bgpsecPath", code: 33, securePath, signatureBlocks };
}

const CONFED_SEGMENT = 0x80;
const SKI_OCTETS = 20;
/** Both length fields count themselves. */
const LENGTH_OCTETS = 2;

/** A part that begins with its length; an empty one where that is too short. */
function readPart(reader: FieldReader, label: string): FieldReader {
  const length = reader.u16(`${label} Length`);
  if (length < LENGTH_OCTETS) reader.fail();
  return reader.sub(label, Math.max(0, length - LENGTH_OCTETS));
}

function readSegment(reader: FieldReader): SecurePathSegment {
  const start = reader.at;
  const pCount = reader.u8("pCount");
  const flags = reader.u8("Flags");
  const reserved = flags & ~CONFED_SEGMENT;
  const as = reader.u32("AS Number");
  reader.group("Secure_Path Segment", start);
  return { pCount, confedSegment: (flags & CONFED_SEGMENT) !== 0, ...(reserved !== 0 && { reserved }), as };
}

function readSignature(reader: FieldReader): SignatureSegment {
  const start = reader.at;
  const subjectKeyIdentifier = reader.hex("Subject Key Identifier", SKI_OCTETS);
  const signature = reader.hex("Signature", reader.u16("Signature Length"));
  reader.group("Signature Segment", start);
  return { subjectKeyIdentifier, signature };
}

/** Reads elements up to the end of a part; what the part lacks is the attribute's fault. */
function readAll<T>(reader: FieldReader, part: FieldReader, read: (reader: FieldReader) => T): T[] {
  const list: T[] = [];
  while (part.remaining > 0) list.push(read(part));
  if (part.failed) reader.fail();
  return list;
}

function readBlock(reader: FieldReader): SignatureBlock {
  const block = readPart(reader, "Signature_Block");
  const algorithmSuite = block.u8("Algorithm Suite Identifier");
  return { algorithmSuite, signatures: readAll(reader, block, readSignature) };
}

function read(reader: FieldReader): BgpsecPathAttribute | null {
  const securePath = readAll(reader, readPart(reader, "Secure_Path"), readSegment);
  const signatureBlocks: SignatureBlock[] = [];
  while (reader.remaining > 0) signatureBlocks.push(readBlock(reader));
  if (securePath.length === 0 || signatureBlocks.length < 1 || signatureBlocks.length > 2) return null;
  return bgpsecPath(securePath, signatureBlocks);
}

function judge({ securePath, signatureBlocks }: BgpsecPathAttribute, context: DecodeContext): Rule | null {
  const [latest] = securePath;
  const { session, peerAs } = context;
  let rule: Rule | null = null;
  // Check 2 is made where the message enters the AS.
  if ((isExternal(context) || session === "confed") && peerAs !== null && latest?.as !== peerAs) {
    rule = stronger(context, rule, BGPSEC_PATH_RULES["bgpsec-path-first-as"]);
  }
  if (signatureBlocks.some(({ signatures }) => signatures.length !== securePath.length)) {
    rule = stronger(context, rule, BGPSEC_PATH_RULES["bgpsec-path-signatures"]);
  }
  if (isExternal(context) && securePath.some(({ confedSegment }) => confedSegment)) {
    rule = stronger(context, rule, BGPSEC_PATH_RULES["bgpsec-path-confederation"]);
  }
  if (session === "confed" && latest?.confedSegment === false) {
    rule = stronger(context, rule, BGPSEC_PATH_RULES["bgpsec-path-no-confederation"]);
  }
  if (latest?.pCount === 0) rule = stronger(context, rule, BGPSEC_PATH_RULES["bgpsec-path-zero-count"]);
  return rule;
}

/** Writes a part behind its length. */
function writePart(writer: OctetWriter, write: () => void): void {
  const start = writer.reserve(LENGTH_OCTETS);
  write();
  writer.setU16(start, writer.length - start);
}

function writeSegment({ pCount, confedSegment, reserved = 0, as }: SecurePathSegment, writer: OctetWriter): void {
  if (reserved >= CONFED_SEGMENT) {
    throw new ConfigError("invalid-value", "securePath.reserved", `${reserved} has bits that are not reserved`);
  }
  writer.u8(pCount);
  writer.u8(reserved | (confedSegment ? CONFED_SEGMENT : 0));
  writer.u32(as);
}

function writeSignature({ subjectKeyIdentifier, signature }: SignatureSegment, writer: OctetWriter): void {
  writeHex(subjectKeyIdentifier, SKI_OCTETS, "subjectKeyIdentifier", writer);
  writer.u16(signature.length / 2);
  writeHex(signature, signature.length / 2, "signature", writer);
}

/** Check 4: "that the UPDATE message does not contain an AS_PATH attribute". */
function judgeMessage(message: Offsets): readonly Rule[] {
  return message.find(AS_PATH_CODE) < 0 ? [] : [BGPSEC_PATH_RULES["bgpsec-with-as-path"]];
}

/** How BGPsec_PATH (RFC 8205 section 3) is checked and read: a row for registries and `attributeHandler`. */
export const BGPSEC_PATH: AttributeRow<BgpsecPathAttribute> = /* @__PURE__ */ fieldsRow<BgpsecPathAttribute>({
  code: 33,
  name: "bgpsecPath",
  flags: OPTIONAL_NON_TRANSITIVE,
  malformed: BGPSEC_PATH_RULES["bgpsec-path-malformed"],
  read,
  judge,
  judgeMessage,
  write: ({ securePath, signatureBlocks }, writer) => {
    writePart(writer, () => {
      for (const segment of securePath) writeSegment(segment, writer);
    });
    for (const { algorithmSuite, signatures } of signatureBlocks) {
      writePart(writer, () => {
        writer.u8(algorithmSuite);
        for (const signature of signatures) writeSignature(signature, writer);
      });
    }
  },
});
