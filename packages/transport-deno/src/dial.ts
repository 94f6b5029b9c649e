// Connecting to a literal address.
import {
  addressVersion,
  StreamLink,
  type AbortSignalLike,
  type DialTarget,
  type Link,
  type LinkEvents,
  type Millis,
} from "@bgpwire/core";
import { endpointsOf } from "./endpoints.ts";
import { platform, timers, type TcpConn, type Timer } from "./platform.ts";
import { connectBySystem } from "./system-socket.ts";
import { TcpStream } from "./tcp-stream.ts";

export function dial(target: DialTarget, events: LinkEvents, linger: Millis): Link {
  const link = new StreamLink(timers, linger);
  const cancel = new platform.AbortController();
  link.events = events;
  link.dialling(target.timeout, () => cancel.abort());
  void dialling(target, link, cancel.signal);
  return link;
}

async function dialling(target: DialTarget, link: StreamLink<Timer>, signal: AbortSignalLike): Promise<void> {
  // Events come after `dial` has returned.
  await Promise.resolve();
  let conn: TcpConn;
  try {
    conn = await connect(target, signal);
  } catch (error) {
    link.failed(error instanceof Error ? error.message : String(error));
    return;
  }
  link.connected(new TcpStream(conn), endpointsOf(conn, target.address));
}

async function connect(target: DialTarget, signal: AbortSignalLike): Promise<TcpConn> {
  const { address, port, localAddress, socketOptions } = target;
  if (addressVersion(address) === null) throw new Error(`${address} is not an address`);
  // What Deno's own API has no place for.
  const own = localAddress !== null || socketOptions !== undefined;
  const conn = own
    ? await connectBySystem(target, signal)
    : await platform.Deno.connect({ hostname: address, port, autoSelectFamily: false, signal });
  conn.setNoDelay(true);
  return conn;
}
