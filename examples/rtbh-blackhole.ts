// Remotely triggered blackholing: routes to hosts under attack, with the BLACKHOLE community of RFC 7999, so that routers drop what is
// sent to them. Reads commands from standard input, one a line, and takes each blackhole back when its time is over:
//
//   block 203.0.113.7 600        600 seconds; without a number until it is unblocked
//   unblock 203.0.113.7
//
//   node examples/rtbh-blackhole.ts --own 203.0.113.0/24 --router-id 192.0.2.66 --as 65000 --router 192.0.2.1 --router-as 65000
//
// Only hosts of --own can be blocked, so that a typing error harms nobody else.
import { createInterface } from "node:readline";
import {
  addressVersion,
  Afi,
  multiprotocol,
  normaliseAddress,
  prefixContains,
  Safi,
  type Session,
} from "@bgpwire/core";
import { asPath, communities, endOfRib, localPref, origin, packUpdates, sendContextOf } from "@bgpwire/decoder";
import { createSpeaker } from "@bgpwire/transport-node";
import { address, asNumber, identifier, ipv4, ipv6, many, one, port, prefix, readOptions } from "./options.ts";

const options = readOptions({
  own: many(prefix, "203.0.113.0/24", "2001:db8::/32"),
  "router-id": one(identifier, "192.0.2.66"),
  as: one(asNumber, "65000"),
  router: many(address, "192.0.2.1"),
  port: one(port, "179"),
  "router-as": one(asNumber, "65000"),
  // Where routers have a route that discards: 192.0.2.1/32 and 100::/64 (RFC 6666) are customary.
  "next-hop": one(ipv4, "192.0.2.1"),
  "next-hop6": one(ipv6, "100::1"),
});
const localAs = options.as;
const FAMILIES = [multiprotocol(Afi.IPv4, Safi.Unicast), multiprotocol(Afi.IPv6, Safi.Unicast)];

/** What is blocked, and what will unblock it. */
const blocked = new Map<string, NodeJS.Timeout | undefined>();
const sessions = new Set<Session>();

const isIPv4 = (address: string): boolean => addressVersion(address) === 4;
const hostRoute = (address: string): string => `${address}/${isIPv4(address) ? 32 : 128}`;

function announce(session: Session, address: string): void {
  const path = session.negotiated.sessionType === "ebgp" ? [asPath([localAs])] : [asPath([]), localPref(200)];
  const batch = {
    announce: [hostRoute(address)],
    // RFC 7999 section 3.2: NO_ADVERTISE or NO_EXPORT keeps the route where it is meant to be.
    attributes: [origin("igp"), ...path, communities(["blackhole", "no-export"])],
    nextHop: isIPv4(address) ? options["next-hop"] : options["next-hop6"],
  };
  for (const body of packUpdates(batch, sendContextOf(session.negotiated))) session.sendUpdate(body);
}

function withdraw(session: Session, address: string): void {
  const batch = { withdraw: [hostRoute(address)] };
  for (const body of packUpdates(batch, sendContextOf(session.negotiated))) session.sendUpdate(body);
}

function block(address: string, seconds: number): void {
  clearTimeout(blocked.get(address));
  blocked.set(address, seconds > 0 ? setTimeout(() => unblock(address), 1000 * seconds) : undefined);
  for (const session of sessions) announce(session, address);
  console.log(`blocked ${address}${seconds > 0 ? ` for ${seconds} seconds` : ""}`);
}

function unblock(address: string): void {
  clearTimeout(blocked.get(address));
  if (!blocked.delete(address)) return console.error(`${address} is not blocked`);
  for (const session of sessions) withdraw(session, address);
  console.log(`unblocked ${address}`);
}

function obey(line: string): void {
  const [command, text = "", time = "0"] = line.trim().split(/\s+/);
  const address = normaliseAddress(text);
  if (address === null || !options.own.some((prefix) => prefixContains(prefix, address))) {
    return console.error(`"${text}" is not an address of ${options.own.join(" or ")}`);
  }
  const seconds = Number(time);
  if (!(seconds >= 0 && seconds <= 2_000_000)) return console.error(`"${time}" is not a number of seconds`);
  if (command === "block") block(address, seconds);
  else if (command === "unblock") unblock(address);
  else console.error(`"${command}" is neither block nor unblock`);
}

const speaker = createSpeaker({ routerId: options["router-id"] });
for (const remoteAddress of options.router) {
  const peer = { remoteAddress, remotePort: options.port, localAs, remoteAs: options["router-as"] };
  speaker.addPeer(
    { ...peer, capabilities: FAMILIES },
    {
      onEstablished: (session) => {
        sessions.add(session);
        for (const address of blocked.keys()) announce(session, address);
        for (const family of session.negotiated.families) session.sendUpdate(endOfRib(family));
      },
      onClose: (session) => void sessions.delete(session),
      onStateChange: ({ id }, { from, to }) => console.log(`${id}: ${from} → ${to}`),
    },
  );
}
await speaker.start();
for await (const line of createInterface(process.stdin)) if (line.trim() !== "") obey(line);

// Standard input has ended. The blackholes go with the sessions.
for (const timer of blocked.values()) clearTimeout(timer);
await speaker.stop("blackholing stopped");
