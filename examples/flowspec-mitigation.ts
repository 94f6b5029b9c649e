// Mitigates attacks with flow specifications (RFC 8955): rules that routers match packets against, and what becomes of those that match.
// Reads one command a line from standard input; the rule is written as the decoder writes flow specifications:
//
//   drop dst 203.0.113.7/32; proto =17; src-port =123         NTP reflection
//   limit 125000 dst 203.0.113.7/32; proto =17                to so many octets per second
//   clear dst 203.0.113.7/32; proto =17; src-port =123
//
//   node examples/flowspec-mitigation.ts --router-id 192.0.2.66 --as 65000 --router 192.0.2.1 --router-as 65000
import { createInterface } from "node:readline";
import { Afi, multiprotocol, type Session } from "@bgpwire/core";
import {
  asPath,
  extendedCommunities,
  formatNlri,
  localPref,
  origin,
  packUpdates,
  parseNlri,
  sendContextOf,
  type FlowspecNlri,
  type RouteBatch,
} from "@bgpwire/decoder";
import { createSpeaker } from "@bgpwire/transport-node";
import { address, asNumber, identifier, many, one, port, readOptions } from "./options.ts";

const FLOWSPEC = 133;
const IPV4 = { afi: Afi.IPv4, safi: FLOWSPEC };
const IPV6 = { afi: Afi.IPv6, safi: FLOWSPEC };

const options = readOptions({
  "router-id": one(identifier, "192.0.2.66"),
  as: one(asNumber, "65000"),
  router: many(address, "192.0.2.1"),
  port: one(port, "179"),
  "router-as": one(asNumber, "65000"),
});
const localAs = options.as;

/** A rule, and to how many octets per second it limits what matches; 0 drops it. */
interface Mitigation {
  readonly rule: FlowspecNlri;
  readonly rate: number;
}
const active = new Map<string, Mitigation>();
const sessions = new Set<Session>();

/** A rule about prefixes of IPv6 is one of IPv6, any other of IPv4. */
function familyOf({ destinationPrefix = "", sourcePrefix = "" }: FlowspecNlri): typeof IPV4 | typeof IPV6 {
  return `${destinationPrefix}${sourcePrefix}`.includes(":") ? IPV6 : IPV4;
}

function send(session: Session, batch: RouteBatch): void {
  const { families } = session.negotiated;
  if (!families.some(({ afi, safi }) => afi === batch.family!.afi && safi === FLOWSPEC)) {
    return console.error(`${session.peer.id} takes no such flow specifications`);
  }
  for (const body of packUpdates(batch, sendContextOf(session.negotiated))) session.sendUpdate(body);
}

function announce(session: Session, { rule, rate }: Mitigation): void {
  const path = session.negotiated.sessionType === "ebgp" ? [asPath([localAs])] : [asPath([]), localPref(100)];
  // RFC 8955 section 7.1. The AS number is for information; it has two octets.
  const action = extendedCommunities([`rate-bytes:${localAs <= 65535 ? localAs : 0}:${rate}`]);
  const attributes = [origin("igp"), ...path, action];
  send(session, { family: familyOf(rule), announce: [rule], attributes, nextHop: null });
}

function obey(line: string): void {
  const [, command, number = "0", text = ""] = /^\s*(drop|clear|limit\s+(\d+))\s+(.*)$/.exec(line) ?? [];
  const rule = parseNlri("flowspec", text.trim());
  if (command === undefined || rule === null || "raw" in rule) {
    return console.error(`"${line}" is not drop RULE, limit OCTETS RULE or clear RULE`);
  }
  const name = formatNlri("flowspec", rule);
  if (command === "clear") {
    if (!active.delete(name)) return console.error(`there is no rule ${name}`);
    for (const session of sessions) send(session, { family: familyOf(rule), withdraw: [rule] });
    return console.log(`cleared: ${name}`);
  }
  const mitigation = { rule, rate: Number(number) };
  active.set(name, mitigation);
  for (const session of sessions) announce(session, mitigation);
  console.log(`${mitigation.rate === 0 ? "dropped" : `limited to ${mitigation.rate} octets per second`}: ${name}`);
}

const speaker = createSpeaker({ routerId: options["router-id"] });
for (const remoteAddress of options.router) {
  const peer = { remoteAddress, remotePort: options.port, localAs, remoteAs: options["router-as"] };
  speaker.addPeer(
    { ...peer, capabilities: [IPV4, IPV6].map(({ afi, safi }) => multiprotocol(afi, safi)) },
    {
      onEstablished: (session) => {
        sessions.add(session);
        for (const mitigation of active.values()) announce(session, mitigation);
      },
      onClose: (session) => void sessions.delete(session),
      onStateChange: ({ id }, { from, to }) => console.log(`${id}: ${from} → ${to}`),
    },
  );
}
await speaker.start();
for await (const line of createInterface(process.stdin)) if (line.trim() !== "") obey(line);

// Standard input has ended. The rules go with the sessions.
await speaker.stop("mitigation stopped");
