// What our FSM did beside what the capture shows of the side whose part it had.
import {
  decodeNotification,
  decodeOpen,
  encodeCapability,
  equalBytes,
  HEADER_LENGTH,
  MessageType,
  messageTypeName,
  notificationText,
  toHex,
  type Millis,
  type OpenMessage,
} from "@bgpwire/core";
import {
  messagesOf,
  openOf,
  otherSide,
  type CapturedMessage,
  type CapturedSession,
  type Side,
} from "./captured-session.ts";
import { NOTIFICATION_TOLERANCE, type Played } from "./play.ts";
import type { CapturedState, ReplayDifference, SentMessage } from "./result.ts";

const STATES = ["OpenSent", "OpenConfirm", "Established"] as const;

function rank(state: string): number {
  return STATES.findIndex((one) => one === state);
}

/** The states that the messages of a session show one side to have reached, with the time of what shows it. */
export function shownStates(captured: CapturedSession, side: Side): CapturedState[] {
  const states: CapturedState[] = [];
  const own = messagesOf(captured, side);
  // What comes to a side that has ended the session shows nothing of it.
  const end = own.find(isNotification)?.time ?? Infinity;
  const peer = messagesOf(captured, otherSide(side)).filter(({ time }) => time <= end);
  const reach = (state: CapturedState["state"], ...messages: (CapturedMessage | undefined)[]): boolean => {
    if (messages.includes(undefined)) return false;
    states.push({ state, time: Math.max(...messages.map((message) => message!.time)) });
    return true;
  };
  const confirmed = first(own, MessageType.Keepalive);
  if (!reach("OpenSent", first(own, MessageType.Open))) return states;
  if (!reach("OpenConfirm", confirmed, first(peer, MessageType.Open))) return states;
  reach("Established", confirmed, first(peer, MessageType.Keepalive));
  return states;
}

function first(messages: readonly CapturedMessage[], type: number): CapturedMessage | undefined {
  return messages.find((message) => message.type === type);
}

/** Everything in which they differ, in the order of time. */
export function compare(captured: CapturedSession, side: Side, played: Played): ReplayDifference[] {
  const own = messagesOf(captured, side);
  return [
    ...compareStates(shownStates(captured, side), played),
    ...compareOpens(own, played.written),
    ...checkKeepalives(captured, side, played),
    ...compareNotifications(own, played),
    ...refusals(played),
    ...compareEnds(own, played),
  ].toSorted((one, other) => one.time - other.time);
}

function compareStates(shown: readonly CapturedState[], { states }: Played): ReplayDifference[] {
  const differences: ReplayDifference[] = [];
  for (const { state, time } of shown) {
    const reached = states.find((one) => one.state === state);
    if (reached !== undefined && reached.time <= time) continue;
    const got = reached === undefined ? "never" : `at ${inSeconds(reached.time)}`;
    differences.push({ kind: "state", time, expected: `${state} by ${inSeconds(time)}`, got });
  }
  const furthest = Math.max(-1, ...shown.map(({ state }) => rank(state)));
  for (const { state, time } of states) {
    if (rank(state) <= furthest) continue;
    differences.push({ kind: "state", time, expected: `nothing that shows ${state}`, got: state });
  }
  return differences;
}

function compareOpens(own: readonly CapturedMessage[], written: readonly SentMessage[]): ReplayDifference[] {
  const expected = own.find(({ type }) => type === MessageType.Open)!;
  const got = written.find(({ type }) => type === MessageType.Open);
  const { time } = expected;
  if (got === undefined) return [{ kind: "open", time, expected: "an OPEN", got: "none" }];
  const same = isAsOursAre(expected.bytes)
    ? equalBytes(expected.bytes, got.bytes)
    : sayTheSame(expected.bytes, got.bytes);
  return same ? [] : [{ kind: "open", time, expected: toHex(expected.bytes), got: toHex(got.bytes) }];
}

/** RFC 5492 section 4: how capabilities are grouped and in which order they are has no meaning. Which OPENs are as ours are? */
function isAsOursAre(open: Uint8Array): boolean {
  const parameters = HEADER_LENGTH + 10;
  const length = open[parameters - 1]!;
  if (length === 0) return true;
  // One parameter with all capabilities, in the short form (RFC 9072 section 2), and among them number 65 the last.
  if (open[parameters] !== 2 || open[parameters + 1] !== length - 2) return false;
  let last = -1;
  let numbers = 0;
  for (let at = parameters + 2; at < open.length; at += 2 + open[at + 1]!) {
    last = open[at]!;
    if (last === 65) numbers += 1;
  }
  return numbers === 0 || (numbers === 1 && last === 65);
}

function sayTheSame(one: Uint8Array, other: Uint8Array): boolean {
  const [a, b] = [one, other].map((bytes) => {
    const open = decodeOpen({ buffer: bytes, start: HEADER_LENGTH, end: bytes.length }, false);
    return open.ok ? meaningOf(open.value) : null;
  });
  return a !== null && a === b;
}

function meaningOf({ version, myAs, holdTime, identifier, capabilities }: OpenMessage): string {
  const all = capabilities.map((one) => `${one.code} ${toHex(encodeCapability(one))}`);
  return [version, myAs, holdTime, identifier, ...new Set(all.toSorted())].join("\n");
}

/**
 * RFC 4271 section 4.4: KEEPALIVEs not more often than once a second, none where the hold time is zero, and at most a third of it
 * between messages; section 10: jitter leaves three quarters of that at least.
 */
function checkKeepalives(captured: CapturedSession, side: Side, { written, end }: Played): ReplayDifference[] {
  const opens = [side, otherSide(side)].map((one) =>
    messagesOf(captured, one as Side).find(({ type }) => type === MessageType.Open),
  );
  const holdTime = Math.min(
    ...opens.map((message) => {
      const open = message === undefined ? null : openOf(message);
      return open?.ok === true ? open.value.holdTime : 0;
    }),
  );
  const first = written.findIndex(({ type }) => type === MessageType.Keepalive);
  if (first < 0) return [];
  const differences: ReplayDifference[] = [];
  const longest = (holdTime * 1000) / 3;
  const shortest = Math.max(1000, longest * 0.75);
  const differ = (time: Millis, expected: string, got: string): void =>
    void differences.push({ kind: "keepalive", time, expected, got });
  let before = written[first]!.time;
  for (const { time, type } of written.slice(first + 1)) {
    const since = time - before;
    before = time;
    if (holdTime > 0 && since > longest + 0.001) {
      differ(time, `a message within ${inSeconds(longest)}`, `none for ${inSeconds(since)}`);
    }
    if (type !== MessageType.Keepalive) continue;
    if (holdTime === 0) differ(time, "no KEEPALIVE, as the hold time is zero", "one");
    else if (since < shortest - 0.001) {
      differ(time, `no KEEPALIVE within ${inSeconds(shortest)} of a message`, `one after ${inSeconds(since)}`);
    }
  }
  const last = end?.time ?? captured.items.at(-1)!.time;
  if (holdTime > 0 && last - before > longest + 0.001) {
    differ(last, `a message within ${inSeconds(longest)}`, `none for ${inSeconds(last - before)}`);
  }
  return differences;
}

function compareNotifications(own: readonly CapturedMessage[], played: Played): ReplayDifference[] {
  const expected = own.find(isNotification);
  const got = played.written.find(isNotification);
  if (expected === undefined && got === undefined) return [];
  if (expected === undefined || got === undefined || !equalBytes(expected.bytes, got.bytes)) {
    const time = Math.min(expected?.time ?? Infinity, got?.time ?? Infinity);
    const why = played.end === null ? "" : ` (${played.end.reason.text})`;
    return [{ kind: "notification", time, expected: textOf(expected), got: textOf(got) + why }];
  }
  const { time } = expected;
  if (Math.abs(got.time - time) <= NOTIFICATION_TOLERANCE) return [];
  const at = `${textOf(expected)} at `;
  return [{ kind: "notification-time", time, expected: at + inSeconds(time), got: `at ${inSeconds(got.time)}` }];
}

function isNotification({ type }: { readonly type: number }): boolean {
  return type === MessageType.Notification;
}

function textOf(message: SentMessage | undefined): string {
  if (message === undefined) return "none";
  const { bytes } = message;
  const notification = decodeNotification({ buffer: bytes, start: HEADER_LENGTH, end: bytes.length });
  return notification === null ? "a NOTIFICATION of less than two octets" : notificationText(notification);
}

function refusals({ refused }: Played): ReplayDifference[] {
  return refused.map(({ time, type, status }) => ({
    kind: "unsent",
    time,
    expected: messageTypeName(type),
    got: status,
  }));
}

function compareEnds(own: readonly CapturedMessage[], { end }: Played): ReplayDifference[] {
  if (end === null) return [];
  const later = own.filter(({ time, type }) => time > end.time && type !== MessageType.Notification);
  if (later.length === 0) return [];
  const expected = `${later.length} more messages, to ${inSeconds(later.at(-1)!.time)}`;
  return [{ kind: "end", time: end.time, expected, got: `the end at ${inSeconds(end.time)}: ${end.reason.text}` }];
}

function inSeconds(time: Millis): string {
  return `${(time / 1000).toFixed(3)} s`;
}
