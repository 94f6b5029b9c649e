// Events of captures as lines for people: time, who to whom, what. Nothing from the file reaches the terminal unescaped.
import {
  decodeCapabilityMessage,
  decodeNotification,
  decodeOpen,
  decodeRouteRefresh,
  familyName,
  messageTypeName,
  toHex,
} from "@bgpwire/core";
import { pduBody, timeText, typeOf, type CaptureEvent, type EventReading, type MessageEvent } from "@bgpwire/capture";
import { describeChange, describeNotification, describeOpen, refreshSubtype } from "../output/describe.ts";
import { describeFilters, filtersText } from "../output/filter-text.ts";
import type { Colours } from "../output/sink.ts";
import { changesText, notificationText, openText, printable, updateText } from "../output/text.ts";
import { describeUpdate } from "../output/update-reader.ts";
import { informationText } from "./information-text.ts";

/** States by their number (RFC 6396 section 4.4.1). */
const STATES = ["", "Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established"];

/** One event as one line. */
export function captureText(reading: EventReading, c: Colours): string {
  const { event } = reading;
  if (event.kind === "problem") return `${c.red("unreadable")} at octet ${event.offset}: ${printable(event.reason)}`;
  // What a file says of itself has no time.
  const time = event.kind === "information" && event.seconds === 0 ? "" : `${c.dim(timeText(event))}  `;
  return `${time}${whoText(event, c)}${whatText(reading, c)}`;
}

function whoText(event: CaptureEvent, c: Colours): string {
  if (event.kind === "route") return `${c.cyan(event.peer.address)}  `;
  if (!("direction" in event)) return "";
  const { sender, receiver, rib } = event.direction;
  return `${c.cyan(`${sender.address} → ${receiver.address}`)}  ${rib === null ? "" : `${c.dim(rib)}  `}`;
}

function whatText({ event, decoded }: EventReading, c: Colours): string {
  switch (event.kind) {
    case "route": {
      const text = decoded === null ? "" : updateText(describeUpdate(decoded, event.context), c);
      return `${c.bold("ROUTE")}  ${text}`;
    }
    case "message":
      if (decoded === null) return messageText(event, c);
      return `${c.bold("UPDATE")}  ${updateText(describeUpdate(decoded, event.direction.context), c)}`;
    case "state":
      return `${stateText(event.oldState)} → ${c.bold(stateText(event.newState))}`;
    case "up":
      return c.green("up");
    case "down":
      return `${c.red("down")}: ${printable(event.reason)}`;
    case "gap":
      return c.yellow(event.octets === null ? "octets are missing" : `${event.octets} octets are missing`);
    case "information":
      return `${event.name}  ${informationText(event.values)}`;
    case "problem":
      return "";
  }
}

function stateText(state: number): string {
  return STATES[state] ?? `state ${state}`;
}

/** A message that is no UPDATE. */
function messageText(event: MessageEvent, c: Colours): string {
  const body = pduBody(event);
  switch (typeOf(event)) {
    case "open": {
      const open = decodeOpen(body, false);
      return `${c.bold("OPEN")}  ${open.ok ? openText(describeOpen(open.value)) : c.red(open.fault.reason)}`;
    }
    case "keepalive":
      return c.dim("KEEPALIVE");
    case "notification": {
      const notification = decodeNotification(body);
      const text = notification === null ? c.red("too short") : notificationText(describeNotification(notification), c);
      return `${c.yellow("NOTIFICATION")}  ${text}`;
    }
    case "refresh": {
      const refresh = decodeRouteRefresh(body);
      const text = refresh.ok
        ? `${familyName(refresh.value)} ${refreshSubtype(refresh.value.subtype)}${filtersText(describeFilters(refresh.value))}`
        : c.red(refresh.fault.reason);
      return `${c.bold("ROUTE-REFRESH")}  ${text}`;
    }
    case "capability": {
      const changes = decodeCapabilityMessage(body);
      return `${c.bold("CAPABILITY")}  ${changes.ok ? changesText(changes.value.map(describeChange)) : c.red(changes.fault.reason)}`;
    }
    default:
      return `${c.bold(messageTypeName(event.type))}  ${toHex(event.buffer.subarray(body.start, body.end))}`;
  }
}
