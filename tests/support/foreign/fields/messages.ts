// Our reading of each type of message under Wireshark's names.
import {
  decodeNotification,
  decodeOpen,
  decodeRouteRefresh,
  encodeCapability,
  type Capability,
  type Direction,
  type Slice,
} from "@bgpwire/core";
import { decodeUpdate, RULES, UpdateView } from "@bgpwire/decoder";
import { bodyOf, typeOf, type ForeignMessage } from "../message.ts";
import { addAttribute } from "./attributes.ts";
import { Fields } from "./fields.ts";
import { addPrefix } from "./prefixes.ts";

/** What a message is compared by. */
export interface MessageFields {
  readonly fields: Fields;
  /** All of it could be read, and nothing in it stayed octets: Wireshark is to say all of this, and nothing else. */
  readonly complete: boolean;
}

/** Our reading of a message. */
export function fieldsOf(message: ForeignMessage): MessageFields {
  const fields = new Fields();
  const slice = { buffer: message.bytes, start: 19, end: message.bytes.length };
  fields.bytes("bgp.marker", message.bytes.subarray(0, 16));
  fields.add("bgp.length", message.bytes.length);
  fields.add("bgp.type", typeOf(message));
  return { fields, complete: addBody(message, slice, fields) };
}

function addBody(message: ForeignMessage, slice: Slice, fields: Fields): boolean {
  switch (typeOf(message)) {
    case 1:
      return addOpen(slice, fields);
    case 2:
      return addUpdate(message, fields);
    case 3:
      return addNotification(slice, fields);
    case 4:
      return true;
    case 5:
      return addRouteRefresh(slice, fields);
    default:
      return false;
  }
}

const ATTRIBUTE = "bgp.update.path_attribute";

function addUpdate(message: ForeignMessage, fields: Fields): boolean {
  const body = bodyOf(message);
  const { context } = message;
  const { update, issues } = decodeUpdate(body, context);
  if (update.raw !== undefined) return false;
  const view = new UpdateView(context).read(body);
  fields.add("bgp.update.withdrawn_routes.length", view.withdrawnEnd - view.withdrawnStart);
  fields.add("bgp.update.path_attributes.length", view.attributesEnd - view.attributesStart);
  addHeaders(view, body, fields);
  for (const nlri of update.withdrawn) addPrefix(nlri, fields, "bgp.withdrawn_prefix");
  // What routes have to have with them, and have not, keeps nothing from being read.
  let complete = issues.every(({ name, attribute }) => attribute === 14 && RULES[name].kind === "meaning");
  for (const [index, attribute] of update.attributes.entries()) {
    const place = { context, before: update.attributes.slice(0, index) };
    complete = addAttribute(attribute, fields, place) && complete;
  }
  for (const nlri of update.nlri) addPrefix(nlri, fields, "bgp.nlri_prefix");
  return complete;
}

/** The headers of the attributes, from the view: the objects leave out what is as it should be. */
function addHeaders(view: UpdateView, body: Uint8Array, fields: Fields): void {
  for (let i = 0; i < view.attributeCount; i += 1) {
    const flags = view.flags(i);
    fields.hex(`${ATTRIBUTE}.flags`, flags, 2);
    fields.flags(flags, {
      [`${ATTRIBUTE}.flags.optional`]: 0x80,
      [`${ATTRIBUTE}.flags.transitive`]: 0x40,
      [`${ATTRIBUTE}.flags.partial`]: 0x20,
      [`${ATTRIBUTE}.flags.extended_length`]: 0x10,
    });
    fields.hex(`${ATTRIBUTE}.flags.unused`, flags & 0x0f, 2);
    fields.add(`${ATTRIBUTE}.type_code`, view.code(i));
    fields.add(`${ATTRIBUTE}.length`, view.valueEnd(i) - view.valueStart(i));
    if (view.code(i) !== 128 || view.valueEnd(i) - view.valueStart(i) < 4) continue;
    // RFC 6368 section 5: attributes behind an AS number, here in an UPDATE of their own.
    const inner = body.subarray(view.valueStart(i) + 4, view.valueEnd(i));
    const update = Uint8Array.of(0, 0, inner.length >>> 8, inner.length & 0xff, ...inner);
    addHeaders(new UpdateView(view.context).read(update), update, fields);
  }
}

function addOpen(slice: Slice, fields: Fields): boolean {
  const open = decodeOpen(slice, false);
  if (!open.ok) return false;
  const { version, myAs, holdTime, identifier, capabilities } = open.value;
  fields.add("bgp.open.version", version);
  fields.add("bgp.open.myas", myAs);
  fields.add("bgp.open.holdtime", holdTime);
  fields.add("bgp.open.identifier", identifier);
  for (const capability of capabilities) addCapability(capability, fields);
  return true;
}

const DIRECTIONS: Readonly<Record<Direction, number>> = { receive: 1, send: 2, both: 3 };

function addCapability(capability: Capability, fields: Fields): void {
  const octets = encodeCapability(capability);
  fields.add("bgp.cap.type", capability.code);
  fields.add("bgp.cap.length", octets.length);
  switch (capability.name) {
    case "multiprotocol":
      fields.add("bgp.cap.mp.afi", capability.afi);
      fields.hexText("bgp.cap.reserved", capability.reserved ?? 0, 2);
      fields.add("bgp.cap.mp.safi", capability.safi);
      return;
    case "outboundRouteFiltering":
      for (const { afi, safi, types, reserved } of capability.entries) {
        fields.add("bgp.cap.orf.afi", afi);
        fields.hexText("bgp.cap.reserved", reserved ?? 0, 2);
        fields.add("bgp.cap.orf.safi", safi);
        fields.add("bgp.cap.orf.number", types.length);
        for (const { type, direction } of types) {
          fields.add("bgp.cap.orf.type", type);
          fields.add("bgp.cap.orf.sendreceive", DIRECTIONS[direction]);
        }
      }
      return;
    case "extendedNextHop":
      for (const { afi, safi, nextHopAfi } of capability.entries) {
        fields.add("bgp.cap.enh.afi", afi);
        fields.add("bgp.cap.enh.safi", safi);
        fields.add("bgp.cap.enh.nhafi", nextHopAfi);
      }
      return;
    case "bgpsec": {
      const { version, direction, reserved, afi } = capability;
      fields.hex("bgp.cap.bgpsec.flags", (version << 4) | (direction === "send" ? 8 : 0) | (reserved ?? 0), 2);
      fields.add("bgp.cap.bgpsec.version", version);
      fields.add("bgp.cap.bgpsec.sendreceive", direction === "send" ? 1 : 0);
      fields.hex("bgp.cap.bgpsec.reserved", reserved ?? 0, 2);
      fields.add("bgp.cap.bgpsec.afi", afi);
      return;
    }
    case "gracefulRestart": {
      const { restarting, notification, restartTime, families, reserved } = capability;
      const bits = (restarting ? 8 : 0) | (notification ? 4 : 0) | (reserved ?? 0);
      fields.hex("bgp.cap.gr.timers", (bits << 12) | restartTime, 4);
      fields.add("bgp.cap.gr.timers.restart_flag", restarting);
      fields.add("bgp.cap.gr.timers.notification_flag", notification);
      fields.add("bgp.cap.gr.timers.restart_time", restartTime);
      for (const { afi, safi, forwardingPreserved, reserved: rest } of families) {
        fields.add("bgp.cap.gr.afi", afi);
        fields.add("bgp.cap.gr.safi", safi);
        fields.hex("bgp.cap.gr.flag", (forwardingPreserved ? 0x80 : 0) | (rest ?? 0), 2);
        fields.add("bgp.cap.gr.flag.pfs", forwardingPreserved);
      }
      return;
    }
    case "fourOctetAs":
      fields.add("bgp.cap.4as", capability.as);
      return;
    case "dynamicCapability":
      for (const code of capability.capabilities) fields.add("bgp.cap.dc", code);
      return;
    case "multisession":
      fields.add("bgp.cap.multisession.flags", capability.flags);
      return;
    case "addPath":
      for (const { afi, safi, direction } of capability.entries) {
        fields.add("bgp.cap.ap.afi", afi);
        fields.add("bgp.cap.ap.safi", safi);
        fields.add("bgp.cap.ap.sendreceive", DIRECTIONS[direction]);
      }
      return;
    case "fqdn":
      fields.add("bgp.cap.orf.fqdn.hostname.len", Buffer.byteLength(capability.hostName));
      fields.add("bgp.cap.orf.fqdn.hostname", capability.hostName);
      fields.add("bgp.cap.orf.fqdn.domain_name.len", Buffer.byteLength(capability.domainName));
      fields.add("bgp.cap.orf.fqdn.domain_name", capability.domainName);
      return;
    case "routeRefresh":
    case "extendedMessage":
    case "enhancedRouteRefresh":
    case "routeRefreshCisco":
      return;
    default:
      // What Wireshark does not know.
      if (octets.length > 0) fields.bytes("bgp.cap.unknown", octets);
  }
}

/** RFC 4271 section 6: the field of the subcode depends on the code. */
const SUBCODE_FIELDS: Readonly<Record<number, string>> = {
  1: "minor_error",
  2: "minor_error_open",
  3: "minor_error_update",
  4: "minor_error_expired",
  5: "minor_error_state",
  6: "minor_error_cease",
  7: "minor_error_capability",
};

function addNotification(slice: Slice, fields: Fields): boolean {
  const notification = decodeNotification(slice);
  if (notification === null) return false;
  const { code, subcode, data } = notification;
  fields.add("bgp.notify.major_error", code);
  fields.add(`bgp.notify.${SUBCODE_FIELDS[code] ?? "minor_error_unknown"}`, subcode);
  const isShutdown = code === 6 && (subcode === 2 || subcode === 4);
  if (isShutdown && data.length > 0 && data[0]! + 1 === data.length) {
    fields.add("bgp.notify.communication_length", data[0]!);
    fields.add("bgp.notify.communication", Buffer.from(data.subarray(1)).toString());
  } else if (data.length > 0) {
    fields.bytes("bgp.notify.minor_data", data);
  }
  return true;
}

function addRouteRefresh(slice: Slice, fields: Fields): boolean {
  const refresh = decodeRouteRefresh(slice);
  if (!refresh.ok) return false;
  const { afi, safi, subtype, body } = refresh.value;
  fields.add("bgp.route_refresh.afi", afi);
  fields.add("bgp.route_refresh.subtype", subtype);
  fields.add("bgp.route_refresh.safi", safi);
  return body.length === 0;
}
