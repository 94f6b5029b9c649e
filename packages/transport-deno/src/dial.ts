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

async function connect({ address, port, localAddress }: DialTarget, signal: AbortSignalLike): Promise<TcpConn> {
  if (addressVersion(address) === null) throw new Error(`${address} is not an address`);
  if (localAddress !== null) {
    throw new Error(
      `Deno cannot choose the source address ${localAddress}; @bgpwire/transport-node can, under Deno too`,
    );
  }
  const conn = await platform.Deno.connect({ hostname: address, port, autoSelectFamily: false, signal });
  conn.setNoDelay(true);
  return conn;
}
