// Connecting to a literal address.
import {
  addressVersion,
  type AbortSignalLike,
  type DialTarget,
  type Link,
  type LinkEvents,
  type Millis,
} from "@bgpwire/core";
import { endpointsOf } from "./endpoints.ts";
import { asError, ConnLink } from "./link.ts";
import { platform, type TcpConn } from "./platform.ts";

export function dial(target: DialTarget, events: LinkEvents, linger: Millis): Link {
  const link = new ConnLink(linger);
  const cancel = new platform.AbortController();
  link.events = events;
  link.dialling(target.timeout, (reason) => cancel.abort(reason));
  void dialling(target, link, cancel.signal);
  return link;
}

async function dialling(target: DialTarget, link: ConnLink, signal: AbortSignalLike): Promise<void> {
  // Events come after `dial` has returned.
  await Promise.resolve();
  let conn: TcpConn;
  try {
    conn = await connect(target, signal);
  } catch (error) {
    link.failed(signal.aborted ? String(signal.reason) : asError(error).message);
    return;
  }
  link.connected(conn, endpointsOf(conn, target.address));
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
