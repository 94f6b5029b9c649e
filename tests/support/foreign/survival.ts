// What has to hold for every message whatever: nothing throws, no octet is lost, the three tiers say the same, and what comes out is
// no more than a small multiple of what went in.
import {
  decodeNotification,
  decodeOpen,
  decodeRouteRefresh,
  encodeCapability,
  encodeNotification,
  encodeOpen,
  encodeRouteRefresh,
  familyName,
  type Slice,
} from "@bgpwire/core";
import {
  attributeNamed,
  createUpdateDecoder,
  decodeUpdate,
  encodeUpdate,
  routesOf,
  STANDARD,
  toJson,
  type UpdateView,
  type DecodeContext,
  type DecodedUpdate,
  type NlriCursor,
  type UpdateDecoder,
  type Verdict,
} from "@bgpwire/decoder";
import { bodyOf, typeOf, viewOf, type ForeignMessage } from "./message.ts";

/** Characters of JSON for an octet of the message: "0.0.0.0/0" with a path identifier takes the most, for one octet of length. */
const MOST_TEXT = 80;

/** What does not hold for a message; null when all does. @param thorough also looks at how much is made of it */
export function complaintAbout(message: ForeignMessage, thorough: boolean = true): string | null {
  try {
    const body = bodyOf(message);
    const slice = { buffer: message.bytes, start: 19, end: message.bytes.length };
    switch (typeOf(message)) {
      case 1:
        return aboutOpen(slice);
      case 2:
        return aboutUpdate(body, message.context, thorough);
      case 3:
        return aboutNotification(slice, body);
      case 5:
        return aboutRouteRefresh(slice, body);
      default:
        return null;
    }
  } catch (error) {
    return String(error);
  }
}

/** How capabilities were grouped is not kept: the octets of each are, and a second reading gives the same. */
function aboutOpen(slice: Slice): string | null {
  const open = decodeOpen(slice, false);
  if (!open.ok) return null;
  const again = encodeOpen(open.value);
  if (
    JSON.stringify(toJson(decodeOpen({ buffer: again, start: 0, end: again.length }, false))) !==
    JSON.stringify(toJson(open))
  ) {
    return "the OPEN is another one when read again";
  }
  const whole = Buffer.from(slice.buffer.subarray(slice.start, slice.end));
  const lost = open.value.capabilities.find((capability) => !whole.includes(Buffer.from(encodeCapability(capability))));
  return lost === undefined ? null : `capability ${lost.code} does not encode to its octets`;
}

function aboutNotification(slice: Slice, body: Uint8Array): string | null {
  const notification = decodeNotification(slice);
  return notification === null ? null : difference(encodeNotification(notification), body);
}

function aboutRouteRefresh(slice: Slice, body: Uint8Array): string | null {
  const refresh = decodeRouteRefresh(slice);
  return refresh.ok ? difference(encodeRouteRefresh(refresh.value), body) : null;
}

function difference(encoded: Uint8Array, original: Uint8Array): string | null {
  return Buffer.compare(encoded, original) === 0 ? null : `encodes to ${Buffer.from(encoded).toString("hex")}`;
}

/** Routes by tier, in one order: withdrawn, MP_UNREACH_NLRI, NLRI, MP_REACH_NLRI. */
type Counts = [withdrawn: number, unreach: number, announced: number, reach: number];

const COUNTER: UpdateDecoder<Counts> = createUpdateDecoder<Counts>({
  withdrawn: (into) => void (into[0] += 1),
  announced: (into) => void (into[2] += 1),
  unreach: byFamily((into: Counts) => void (into[1] += 1)),
  reach: byFamily({ nlri: (into: Counts) => void (into[3] += 1) }),
});

function byFamily<H>(handler: H): Record<string, H> {
  return Object.fromEntries(STANDARD.families.map((family) => [familyName(family), handler]));
}

function aboutUpdate(body: Uint8Array, context: DecodeContext, thorough: boolean): string | null {
  const decoded = decodeUpdate(body, context);
  const { update } = decoded;
  const lost = difference(encodeUpdate(update, context), body);
  if (lost !== null) return lost;

  const view = viewOf(context).read(body);
  const composed: Counts = [0, 0, 0, 0];
  const verdict = COUNTER.decode(body, context, composed);
  if (!agree(view.verdict(), decoded) || !agree(verdict, decoded)) return "the tiers do not agree on what is wrong";
  const [viewed, objects] = [viewCounts(view), objectCounts(decoded)];
  if (viewed.join() !== objects.join())
    return `routes in the view: ${viewed.join()}, in the objects: ${objects.join()}`;
  const composable = asComposed(decoded, objects);
  if (composed.join() !== composable.join())
    return `routes in handlers: ${composed.join()}, expected: ${composable.join()}`;

  routesOf(update, decoded.issues);
  if (!thorough) return null;
  const text = JSON.stringify(toJson(update)).length;
  return text > MOST_TEXT * (body.length + 10) ? `${text} characters from ${body.length} octets` : null;
}

function agree(a: Verdict, b: Verdict): boolean {
  return (
    a.action === b.action &&
    a.issues.length === b.issues.length &&
    a.issues.every((issue, i) => issue.name === b.issues[i]!.name)
  );
}

function viewCounts(view: UpdateView): Counts {
  return [view.withdrawn(), view.unreach(), view.announced(), view.reach()].map(length) as Counts;
}

function length(cursor: NlriCursor): number {
  let count = 0;
  while (cursor.next()) count += 1;
  return count;
}

function objectCounts({ update }: DecodedUpdate): Counts {
  const unreach = attributeNamed(update.attributes, "mpUnreachNlri");
  const reach = attributeNamed(update.attributes, "mpReachNlri");
  return [
    update.withdrawn.length,
    unreach === undefined || unreach.kind === "raw" ? 0 : unreach.nlri.length,
    update.nlri.length,
    reach === undefined || reach.kind === "raw" ? 0 : reach.nlri.length,
  ];
}

/** What handlers are called with: nothing after a reset, and what is announced goes to those of withdrawn routes under RFC 7606. */
function asComposed({ action, issues }: DecodedUpdate, [withdrawn, unreach, announced, reach]: Counts): Counts {
  if (action === "reset") return [0, 0, 0, 0];
  if (!issues.some((issue) => issue.action === "withdraw")) return [withdrawn, unreach, announced, reach];
  return [withdrawn + announced, unreach + reach, 0, 0];
}
