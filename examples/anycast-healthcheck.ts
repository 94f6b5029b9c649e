// Announces an anycast address to routers for as long as the service behind it is healthy. Some good checks in a row bring the
// route up, some failed ones withdraw it, and so does the end of this program, however it ends.
//
//   node examples/anycast-healthcheck.ts --prefix 203.0.113.53/32 --check http://127.0.0.1:8080/health \
//     --router-id 192.0.2.53 --as 65053 --router 192.0.2.1 --router 192.0.2.2 --router-as 65000
import { setTimeout as sleep } from "node:timers/promises";
import type { Session } from "@bgpwire/core";
import { asPath, localPref, origin, packUpdates, sendContextOf } from "@bgpwire/decoder";
import { createSpeaker } from "@bgpwire/transport-node";
import {
  address,
  asNumber,
  fail,
  identifier,
  many,
  one,
  optional,
  port,
  prefix,
  readOptions,
  seconds,
  url,
  wholeNumber,
} from "./options.ts";

const options = readOptions({
  prefix: one(prefix, "203.0.113.53/32"),
  check: one(url, "http://127.0.0.1:8080/health"),
  interval: one(seconds, "5"), // between checks
  rise: one(wholeNumber(1, 1000), "3"), // good checks before the route is announced
  fall: one(wholeNumber(1, 1000), "3"), // failed checks before it is withdrawn
  "router-id": one(identifier, "192.0.2.53"),
  as: one(asNumber, "65053"),
  router: many(address, "192.0.2.1"),
  port: one(port, "179"),
  "router-as": one(asNumber, "65000"),
  "next-hop": optional(address), // otherwise our address of each session
});
const hops = options["next-hop"] === null ? options.router : [options["next-hop"]];
if (hops.some((hop) => hop.includes(":") !== options.prefix.includes(":"))) {
  fail(`--next-hop: give an address of the family of ${options.prefix}`);
}
const localAs = options.as;
const interval = 1000 * options.interval;
const sessions = new Set<Session>();
let healthy = false;

/** Tells a router how things are. */
function tell(session: Session): void {
  const { negotiated, endpoints } = session;
  const path = negotiated.sessionType === "ebgp" ? [asPath([localAs])] : [asPath([]), localPref(100)];
  const announcement = {
    announce: [options.prefix],
    attributes: [origin("igp"), ...path],
    nextHop: options["next-hop"] ?? endpoints.localAddress,
  };
  const batch = healthy ? announcement : { withdraw: [options.prefix] };
  for (const body of packUpdates(batch, sendContextOf(negotiated))) session.sendUpdate(body);
}

/** One check: an answer of 2xx before the next one is due. */
async function passes(): Promise<boolean> {
  try {
    const response = await fetch(options.check, { signal: AbortSignal.timeout(interval) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

const speaker = createSpeaker({ routerId: options["router-id"] });
for (const remoteAddress of options.router) {
  const peer = { remoteAddress, remotePort: options.port, localAs, remoteAs: options["router-as"] };
  speaker.addPeer(peer, {
    onEstablished: (session) => {
      sessions.add(session);
      if (healthy) tell(session);
    },
    onClose: (session) => void sessions.delete(session),
    onStateChange: ({ id }, { from, to }) => console.log(`${id}: ${from} → ${to}`),
  });
}
await speaker.start();

// A session that ends takes its routes with it: routers withdraw them at the latest when the hold time is over.
const end = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => end.abort());

let streak = 0; // checks in a row that say otherwise
while (!end.signal.aborted) {
  streak = (await passes()) === healthy ? 0 : streak + 1;
  if (streak >= (healthy ? options.fall : options.rise)) {
    healthy = !healthy;
    streak = 0;
    console.log(`${options.check} is ${healthy ? "healthy: announcing" : "down: withdrawing"} ${options.prefix}`);
    sessions.forEach(tell);
  }
  await sleep(interval, undefined, { signal: end.signal }).catch(() => {});
}
await speaker.stop("anycast service stopped");
