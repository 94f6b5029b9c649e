// From outputs to the user's callbacks and from their answers to inputs.
//
// User code that throws, rejects or answers nonsense costs the session it was called for and no other, and is told as
// `pluginError`. Observers, such as `onClose`, decide nothing, so they cost nothing. An answer that comes after
// its connection has gone is dropped.
import { Cease, NotificationCode } from "../iana/notification-code.ts";
import type { Notification } from "../message/notification.ts";
import { checkCapabilities } from "../session/check-options.ts";
import type { PeerInput, PeerOutput } from "../session/io.ts";
import type { LinkHandle } from "./link-handle.ts";
import type { PeerHandle } from "./peer-handle.ts";
import type { SpeakerEvent } from "./plugin.ts";
import { checkNotification, SessionHandle } from "./session-handle.ts";
import type { SessionHost } from "./session-handle.ts";

/** What the callbacks act upon. */
export interface CallbackHost {
  /** Hands an input to the machine. @throws ConfigError for an answer that no message can carry */
  enter(peer: PeerHandle, input: PeerInput): void;
  /** Goes on with what the machine wants then. */
  run(): void;
  tell(event: SpeakerEvent): void;
  sessionHost(link: LinkHandle): SessionHost;
}

type Output<T extends PeerOutput["type"]> = Extract<PeerOutput, { type: T }>;
type Question<Q extends string> = Extract<Output<"ask">, { question: Q }>;

/** `getCapabilities`, or those of the options. */
export function askCapabilities(host: CallbackHost, link: LinkHandle, output: Question<"openParameters">): void {
  const { peer, conn } = link;
  const { capabilities, localAs } = peer.entry.machine.settings;
  ask(
    host,
    link,
    "getCapabilities",
    () => peer.plugin.getCapabilities?.(link.opening(output.endpoints)) ?? capabilities,
    (answer) => ({ type: "openParameters", conn, capabilities: checkCapabilities("capabilities", answer, localAs) }),
  );
}

/** `onOpenMessage`. */
export function askVerdict(host: CallbackHost, link: LinkHandle, output: Question<"openVerdict">): void {
  const { peer, conn } = link;
  const { endpoints, open, negotiated } = output;
  ask(
    host,
    link,
    "onOpenMessage",
    () => peer.plugin.onOpenMessage?.(link.opening(endpoints), open, negotiated),
    (answer) => ({ type: "openVerdict", conn, reject: verdictOf(answer) }),
  );
}

/** `onEstablished`, which gives the handler of the UPDATEs. */
export function established(host: CallbackHost, link: LinkHandle, output: Output<"up">): void {
  const { conn, endpoints, negotiated } = output;
  const session = new SessionHandle(host.sessionHost(link), link.peer, conn, endpoints, negotiated);
  link.session = session;
  try {
    const handler = link.peer.plugin.onEstablished?.(session) ?? null;
    if (handler !== null && typeof handler !== "function") {
      // A session cannot wait here: its UPDATEs need the handler now. A rejection of the promise is nobody's any more.
      if (isPromise(handler)) Promise.resolve(handler).catch(() => {});
      throw new TypeError("onEstablished returns the handler of UPDATEs or nothing, and not by a promise");
    }
    link.handler = handler;
  } catch (error) {
    pluginFailed(host, link, "onEstablished", error);
  }
}

/** The handler of UPDATEs. The hot path: one call and, if it gives back nothing, nothing else. */
export function update(host: CallbackHost, link: LinkHandle, output: Output<"update">): void {
  const { handler, session } = link;
  if (handler === null || session === null) return;
  let answer: unknown;
  try {
    answer = handler(output, session);
    if (answer === undefined || answer === null) return;
    if (!isPromise(answer)) {
      host.enter(link.peer, { type: "fail", conn: link.conn, notification: checkNotification(answer) });
      return;
    }
  } catch (error) {
    pluginFailed(host, link, "onUpdate", error);
    return;
  }
  holdBack(host, link, answer);
}

/** Reads no further on this connection until the promise settles; the hold timer rests meanwhile. */
function holdBack(host: CallbackHost, link: LinkHandle, answer: PromiseLike<unknown>): void {
  const { peer, conn } = link;
  host.enter(peer, { type: "read", conn, on: false });
  later(host, link, "onUpdate", answer, (given) => {
    const verdict = verdictOf(given);
    return verdict === null ? { type: "read", conn, on: true } : { type: "fail", conn, notification: verdict };
  });
}

/** `onRouteRefresh`. */
export function refreshed(host: CallbackHost, link: LinkHandle, output: Output<"refresh">): void {
  const { session, peer } = link;
  if (session === null) return;
  const { afi, safi, subtype, body } = output;
  const failed = (error: unknown): void => pluginFailed(host, link, "onRouteRefresh", error);
  call(host, () => peer.plugin.onRouteRefresh?.(session, { afi, safi, subtype, body }), failed);
}

/** `onCapabilities`, where the peer has changed them. */
export function capabilitiesChanged(host: CallbackHost, link: LinkHandle, output: Output<"capabilities">): void {
  const { session, peer } = link;
  const { conn, direction, changes, negotiated } = output;
  host.tell({ type: "capabilities", peer, conn, direction, changes, families: negotiated.families });
  if (session === null || direction === "sent") return;
  const before = session.negotiated;
  session.negotiated = negotiated;
  const failed = (error: unknown): void => pluginFailed(host, link, "onCapabilities", error);
  call(host, () => peer.plugin.onCapabilities?.(session, changes, before), failed);
}

/** `onEndOfRib`. */
export function endOfRib(host: CallbackHost, link: LinkHandle, output: Output<"endOfRib">): void {
  const { session, peer } = link;
  const { afi, safi } = output;
  if (session !== null) observe(host, peer, "onEndOfRib", () => peer.plugin.onEndOfRib?.(session, { afi, safi }));
}

/** `onClose`, after the session is dead. */
export function closed(host: CallbackHost, link: LinkHandle, output: Output<"down">): void {
  const { session, peer } = link;
  link.handler = null;
  if (session === null) return;
  session.end(output.reason);
  observe(host, peer, "onClose", () => peer.plugin.onClose?.(session, output.reason, output.retained));
}

/** `onStateChange`. */
export function stateChanged(host: CallbackHost, peer: PeerHandle, output: Output<"state">): void {
  const { from, to, cause, conn } = output;
  observe(host, peer, "onStateChange", () => peer.plugin.onStateChange?.(peer, { from, to, cause, conn }));
}

/** `onStale`. */
export function stale(host: CallbackHost, peer: PeerHandle, output: Output<"stale">): void {
  const { type: _, ...change } = output;
  observe(host, peer, "onStale", () => peer.plugin.onStale?.(peer, change));
}

/** `onSelection`. */
export function selection(host: CallbackHost, peer: PeerHandle, output: Output<"selection">): void {
  const { afi, safi, cause } = output;
  observe(host, peer, "onSelection", () => peer.plugin.onSelection?.(peer, { afi, safi }, cause));
}

/** Calls what decides nothing, so that its error costs nothing. */
function observe(host: CallbackHost, peer: PeerHandle, callback: string, made: () => unknown): void {
  call(host, made, (error) => host.tell({ type: "pluginError", peer, callback, error }));
}

/** Asks now; the answer enters the machine now or later. */
function ask(
  host: CallbackHost,
  link: LinkHandle,
  callback: string,
  question: () => unknown,
  toInput: (answer: unknown) => PeerInput,
): void {
  try {
    const answer = question();
    if (isPromise(answer)) later(host, link, callback, answer, toInput);
    else host.enter(link.peer, toInput(answer));
  } catch (error) {
    pluginFailed(host, link, callback, error);
  }
}

/** What a promise gives enters the machine if its connection is still there. */
function later(
  host: CallbackHost,
  link: LinkHandle,
  callback: string,
  answer: PromiseLike<unknown>,
  toInput: (answer: unknown) => PeerInput,
): void {
  void Promise.resolve(answer)
    .then((given) => {
      if (!link.over) host.enter(link.peer, toInput(given));
    })
    .catch((error: unknown) => pluginFailed(host, link, callback, error))
    // Outside of what is the plugin's fault.
    .then(() => host.run());
}

/** Calls what has no answer; a promise it returns all the same is watched, so that its rejection is not lost. */
function call(host: CallbackHost, callback: () => unknown, failed: (error: unknown) => void): void {
  try {
    const result = callback();
    if (!isPromise(result)) return;
    void Promise.resolve(result)
      .catch(failed)
      .then(() => host.run());
  } catch (error) {
    failed(error);
  }
}

/**
 * The session cannot go on: what its application would do with it is lost. Cease/Out of Resources (RFC 4486 section 4) is
 * the subcode of a speaker that "decides to reset a session" for what it lacks itself; the peer is not to blame, and is
 * recommended to damp its retries.
 */
function pluginFailed(host: CallbackHost, link: LinkHandle, callback: string, error: unknown): void {
  const { peer, conn } = link;
  host.tell({ type: "pluginError", peer, callback, error });
  const notification = { code: NotificationCode.Cease, subcode: Cease.OutOfResources, data: new Uint8Array(0) };
  host.enter(peer, { type: "fail", conn, notification, reason: `${callback} failed: ${textOf(error)}` });
}

/** Anything can be thrown, even what has no text. */
function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "an error without a text";
  }
}

function verdictOf(answer: unknown): Notification | null {
  return answer === undefined || answer === null ? null : checkNotification(answer);
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as Partial<PromiseLike<unknown>>).then === "function"
  );
}
