// A Transport for a runtime that can connect and not listen: a worker, a web page. All it asks of one is how to connect.
import { addressVersion, Speaker, StreamLink, WakeTimer } from "@bgpwire/core";
import type {
  ByteStream,
  DialTarget,
  Endpoints,
  LinkEvents,
  Millis,
  SpeakerOptions,
  Timers,
  Transport,
} from "@bgpwire/core";

type Timer = ReturnType<typeof setTimeout>;
type Link = StreamLink<Timer>;

/** A connection that may come to be. */
export interface Connecting {
  /** Resolves once it is up, with what the platform knows of its ends; rejects, with the reason, where it cannot be, or was cut. */
  readonly opened: Promise<{ readonly stream: ByteStream; readonly endpoints: Partial<Endpoints> }>;
  /** Gives it up. */
  cancel(): void;
}

/** Connects. May throw. */
export type Connect = (target: DialTarget) => Connecting;

const timers: Timers<Timer> = {
  now: () => performance.now(),
  setTimeout: (action, delay) => setTimeout(action, delay),
  clearTimeout: (timer) => clearTimeout(timer),
};

/** @param linger milliseconds that a close in order waits for the peer */
export function diallingTransport(connect: Connect, linger: Millis = 2000): Transport {
  const timer = new WakeTimer(timers);
  return {
    now: () => timers.now(),
    seed: () => crypto.getRandomValues(new Int32Array(1))[0]!,
    wake: (at, wakeUp) => timer.wake(at, wakeUp),
    dial: (target, events) => dial(target, events, new StreamLink(timers, linger), connect),
    listen: async ({ address, port }) => {
      throw new Error(`cannot listen on ${address}:${port}: this runtime has no sockets that listen`);
    },
    abortController: () => new AbortController(),
  };
}

/** A speaker whose peers are all dialled. */
export function diallingSpeaker(options: SpeakerOptions, connect: Connect): Speaker {
  return new Speaker(options, diallingTransport(connect));
}

function dial(target: DialTarget, events: LinkEvents, link: Link, connect: Connect): Link {
  let connecting: Connecting | null = null;
  link.events = events;
  link.dialling(target.timeout, () => connecting?.cancel());
  const { address, port } = target;
  const dialling = async (): Promise<void> => {
    // Events come after `dial` has returned.
    await Promise.resolve();
    if (addressVersion(address) === null) throw new Error(`${address} is not an address`);
    connecting = connect(target);
    const { stream, endpoints } = await connecting.opened;
    // What a platform does not tell of our own end is as for a socket that is not bound.
    const unknown = { localAddress: addressVersion(address) === 4 ? "0.0.0.0" : "::", localPort: 0 };
    link.connected(stream, { remoteAddress: address, remotePort: port, ...unknown, ...endpoints });
  };
  dialling().catch((error: unknown) => link.failed(error instanceof Error ? error.message : String(error)));
  return link;
}
