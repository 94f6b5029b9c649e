// The established session as its user holds it.
import { ConfigError } from "../fault.ts";
import type { CapabilityChange } from "../message/capability-message.ts";
import type { Notification } from "../message/notification.ts";
import { filterTypes } from "../message/route-refresh.ts";
import { checkFields, checkSeconds, isInteger } from "../session/check-field.ts";
import { checkCapabilities } from "../session/check-options.ts";
import type { CloseReason, ConnId, Endpoints, Millis, SendResult } from "../session/io.ts";
import type { Negotiated } from "../session/negotiated.ts";
import type { AfterClose, Peer, Session } from "./plugin.ts";
import type { AbortSignalLike, Transport } from "./transport.ts";

/** What a session can do to the machine. */
export interface SessionHost {
  sendUpdate(body: Uint8Array): SendResult;
  sendRouteRefresh(afi: number, safi: number, subtype: number, filters: Uint8Array | undefined): SendResult;
  sendCapabilities(changes: readonly CapabilityChange[]): SendResult;
  close(notification: Notification, idleHoldTime: Millis | null | undefined): void;
  abortController: Transport["abortController"];
}

const CLOSED: SendResult = Object.freeze({ status: "closed" });

export class SessionHandle implements Session {
  readonly peer: Peer;
  readonly conn: ConnId;
  readonly endpoints: Endpoints;
  negotiated: Negotiated;
  readonly #host: SessionHost;
  /** Why the session is over. */
  #reason: CloseReason | null = null;
  /** The last send was refused for want of room. */
  #blocked: boolean = false;
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | null = null;
  /** Made when somebody asks for it: most sessions have no use for one. */
  #controller: ReturnType<Transport["abortController"]> | null = null;

  constructor(host: SessionHost, peer: Peer, conn: ConnId, endpoints: Endpoints, negotiated: Negotiated) {
    this.#host = host;
    this.peer = peer;
    this.conn = conn;
    this.endpoints = endpoints;
    this.negotiated = negotiated;
  }

  get signal(): AbortSignalLike {
    if (this.#controller === null) {
      this.#controller = this.#host.abortController();
      if (this.#reason !== null) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  sendUpdate(body: Uint8Array): SendResult {
    if (this.#reason !== null) return CLOSED;
    if (!(body instanceof Uint8Array))
      throw new ConfigError("invalid-value", "body", "the body of an UPDATE is a Uint8Array");
    return this.#sent(this.#host.sendUpdate(body));
  }

  sendRouteRefresh(afi: number, safi: number, subtype: number = 0, filters?: Uint8Array): SendResult {
    if (this.#reason !== null) return CLOSED;
    if (filters !== undefined && (!(filters instanceof Uint8Array) || filterTypes(filters) === null))
      throw new ConfigError("invalid-value", "filters", "filters are the octets that encodeRouteFilters gives");
    return this.#sent(this.#host.sendRouteRefresh(afi, safi, subtype, filters));
  }

  sendCapabilities(changes: readonly CapabilityChange[]): SendResult {
    if (this.#reason !== null) return CLOSED;
    return this.#sent(this.#host.sendCapabilities(checkChanges(changes, this.negotiated.localAs)));
  }

  writable(): Promise<void> {
    if (!this.#blocked || this.#reason !== null) return Promise.resolve();
    if (this.#room === null) {
      let resolve!: () => void;
      const promise = new Promise<void>((done) => {
        resolve = done;
      });
      this.#room = { promise, resolve };
    }
    return this.#room.promise;
  }

  close(notification: Notification, after: AfterClose = {}): void {
    checkFields(after, { idleHoldTime: true }, "the options of close");
    const { idleHoldTime: seconds } = after;
    const time = seconds === undefined || seconds === null ? seconds : checkSeconds("idleHoldTime", seconds, 0);
    if (this.#reason === null) this.#host.close(checkNotification(notification), time);
  }

  /** There is room again. */
  hasRoom(): void {
    this.#blocked = false;
    this.#room?.resolve();
    this.#room = null;
  }

  /** The session is over: nothing can be sent and nobody waits any longer. */
  end(reason: CloseReason): void {
    this.#reason = reason;
    this.hasRoom();
    this.#controller?.abort(reason);
  }

  #sent(result: SendResult): SendResult {
    if (result.status === "blocked") this.#blocked = true;
    return result;
  }
}

/** @throws ConfigError `invalid-value` where they are none */
function checkChanges(changes: unknown, localAs: number): readonly CapabilityChange[] {
  const list: readonly Partial<CapabilityChange | null>[] = Array.isArray(changes) ? changes : [];
  if (list.length === 0 || !list.every((one) => one?.action === "advertise" || one?.action === "remove"))
    throw new ConfigError("invalid-value", "changes", 'give a list of { action: "advertise" | "remove", capability }');
  const capabilities = list.map((one) => one!.capability);
  return checkCapabilities("changes", capabilities, localAs).map((capability, i) => ({
    action: list[i]!.action!,
    capability,
  }));
}

/**
 * A NOTIFICATION that can be sent, and stays so whatever becomes of the value.
 *
 * @throws ConfigError `invalid-value` when it is none
 */
export function checkNotification(value: unknown): Notification {
  const { code, subcode, data } = typeof value === "object" && value !== null ? (value as Partial<Notification>) : {};
  if (!isInteger(code, 1, 255) || !isInteger(subcode, 0, 255) || !(data instanceof Uint8Array)) {
    throw new ConfigError(
      "invalid-value",
      "notification",
      "a NOTIFICATION is { code: 1-255, subcode: 0-255, data: Uint8Array }",
    );
  }
  return { code, subcode, data: new Uint8Array(data) };
}
