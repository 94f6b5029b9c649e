// Everything that holds for any input at all. Throws an AssertionError where it does not, and whatever the code under test
// throws, which is a fault too.
import assert from "node:assert/strict";
import {
  decodeNotification,
  decodeOpen,
  decodeCapabilityMessage,
  decodeRouteRefresh,
  HEADER_LENGTH,
  MAX_EXTENDED_MESSAGE,
  MessageType,
  newFramer,
  nextMessage,
  pushChunk,
  encodeMessage,
  toHex,
} from "@bgpwire/core";
import {
  createContext,
  createUpdateDecoder,
  decodeUpdate,
  dissect,
  encodeUpdate,
  formatNlri,
  mergeAs4,
  mpReachNlri,
  mpUnreachNlri,
  encodeAttribute,
  parseNlri,
  routesOf,
  splitAs4,
  toJson,
  updateFromJson,
  UpdateView,
  type DecodeContext,
  type DecodedUpdate,
  type DissectedField,
  type Nlri,
  type NlriKind,
  type PathAttribute,
} from "@bgpwire/decoder";
import type { FuzzInput } from "./input.ts";

/**
 * Checks one input.
 *
 * @returns what is new about it, if nobody has seen the same: names of what was found in it
 */
export function check({ context, bytes }: FuzzInput): string[] {
  return context === null ? checkMessage(bytes) : checkUpdate(bytes, createContext(context));
}

function checkUpdate(body: Uint8Array, context: DecodeContext): string[] {
  const decoded = decodeUpdate(body, context);
  const { update, ...verdict } = decoded;
  assert.equal(toHex(encodeUpdate(update, context)), toHex(body), "objects are written back as they were");

  const json = updateFromJson(JSON.parse(JSON.stringify(toJson(update))));
  assert.equal(toHex(encodeUpdate(json, context)), toHex(body), "JSON loses nothing");

  assert.deepEqual(new UpdateView(context).read(body).verdict(), verdict, "view and objects have one verdict");
  const counts = { withdrawn: 0, announced: 0 };
  assert.deepEqual(COUNTER.decode(body, context, counts), verdict, "composed decoder and objects have one verdict");

  const routes = routesOf(update, decoded.issues);
  const reset = verdict.action === "reset";
  const ipv4 = [...routes.announced, ...routes.withdrawn].filter(
    (one) => one.kind === "prefix" && isClassic(one.family),
  );
  if (!reset && !hasMp(update.attributes)) {
    assert.equal(counts.announced + counts.withdrawn, ipv4.length, "composed decoder and objects have the same routes");
  }

  mergeAs4(update.attributes);
  splitAs4(update.attributes);
  for (const attribute of update.attributes) checkText(attribute, context);
  const message = encodeMessage(MessageType.Update, body);
  const tree = dissect(message, context);
  checkTree(tree, message.length);
  return featuresOf(decoded, tree);
}

function isClassic({ afi, safi }: { readonly afi: number; readonly safi: number }): boolean {
  return afi === 1 && safi === 1;
}

function hasMp(attributes: readonly PathAttribute[]): boolean {
  return attributes.some((one) => one.code === 14 || one.code === 15);
}

const COUNTER = createUpdateDecoder<{ withdrawn: number; announced: number }>({
  withdrawn: (into) => void (into.withdrawn += 1),
  announced: (into) => void (into.announced += 1),
});

/** The text of every route is read back as the same route. */
function checkText(attribute: PathAttribute, context: DecodeContext): void {
  if (attribute.name !== "mpReachNlri" && attribute.name !== "mpUnreachNlri") return;
  if (attribute.kind === "raw") return;
  const { afi, safi } = attribute;
  // Whichever kind it is: its routes are only handed on.
  const kind = attribute.kind as "prefix";
  const encode = (nlri: Nlri): string => {
    const one = [nlri] as never[];
    return toHex(
      attribute.name === "mpReachNlri"
        ? encodeAttribute(mpReachNlri(kind, { afi, safi }, attribute as never, one), context)
        : encodeAttribute(mpUnreachNlri(kind, { afi, safi }, one), context),
    );
  };
  for (const nlri of attribute.nlri) {
    const text = formatNlri(kind as NlriKind, nlri);
    const parsed = parseNlri(kind as NlriKind, text);
    assert.ok(parsed !== null, `the text of a route is read: ${kind} ${text}`);
    assert.equal(encode(parsed), encode(nlri), `the text of a route is that route: ${kind} ${text}`);
  }
}

/** Every octet belongs to exactly one field. */
function checkTree(tree: DissectedField, length: number): void {
  let at = 0;
  const visit = (field: DissectedField): void => {
    if (field.children.length > 0) return field.children.forEach(visit);
    assert.equal(field.offset, at, `field "${field.label}" begins where the one before it ends`);
    at += field.length;
  };
  visit(tree);
  assert.equal(at, length, "the fields cover the message");
}

function checkMessage(bytes: Uint8Array): string[] {
  const features = new Set<string>();
  const framer = newFramer();
  pushChunk(framer, Uint8Array.from(bytes));
  // Each message takes at least its header.
  for (let left = bytes.length / HEADER_LENGTH + 1; left > 0; left -= 1) {
    const result = nextMessage(framer, MAX_EXTENDED_MESSAGE, MessageType.Capability);
    if (result === "none") break;
    features.add(result === "message" ? `message ${framer.type}` : `framer ${result.code}/${result.subcode}`);
    if (result !== "message") break;
  }
  if (bytes.length === 0) return [...features];
  const tree = dissect(bytes, createContext());
  checkTree(tree, bytes.length);
  const body = { buffer: bytes, start: Math.min(HEADER_LENGTH, bytes.length), end: bytes.length };
  const open = decodeOpen(body, false);
  if (open.ok) for (const one of open.value.capabilities) features.add(`capability ${one.name}`);
  else features.add(`open ${open.fault.code}/${open.fault.subcode}`);
  const notification = decodeNotification(body);
  features.add(`notification ${notification !== null}`);
  features.add(`refresh ${decodeRouteRefresh(body, true).ok}`);
  features.add(`capability message ${decodeCapabilityMessage(body).ok}`);
  return [...features];
}

/** Names of all that is in a message: what tells one input from another. */
function featuresOf({ update, issues, action }: DecodedUpdate, tree: DissectedField): string[] {
  const features = new Set<string>([`action ${action}`]);
  for (const issue of issues) features.add(`issue ${issue.name}`);
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
    if (Array.isArray(value)) return value.forEach((one) => visit(one, path));
    const { name, kind } = value as Record<string, unknown>;
    const here = name === undefined ? path : `${path}/${String(name)}${kind === undefined ? "" : ` ${String(kind)}`}`;
    if (name !== undefined) features.add(here);
    for (const [key, inner] of Object.entries(value)) {
      if (key === "reserved" || key === "extendedLength" || key === "flags") features.add(`${here} ${key}`);
      visit(inner, here);
    }
  };
  visit(update.attributes, "");
  const labels = (field: DissectedField): void => {
    // Numbers of types that nobody knows say nothing new.
    features.add(`field ${field.label.replaceAll(/\d+/g, "")}`);
    field.children.forEach(labels);
  };
  labels(tree);
  return [...features];
}
