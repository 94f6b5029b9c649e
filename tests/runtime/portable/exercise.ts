// What core, decoder and capture do, done for real and told as digests, so that one runtime can be compared with another. Nothing
// here but the language and Web Crypto.
import { captureEvents, eventJson, EventReading, InputLogRecorder, readAll, replayInputLog } from "@bgpwire/capture";
import { Afi, HEADER_LENGTH, MessageType, multiprotocol, Safi, Speaker, type PeerOptions } from "@bgpwire/core";
import { asPath, contextOf, decodeUpdate, dissect, encodeUpdate, nextHop, origin } from "@bgpwire/decoder";
import { packUpdates, sendContextOf } from "@bgpwire/decoder";
import { memoryNetwork } from "../../support/memory-network.ts";
import { concat } from "../../support/wire.ts";

/** The captures of tests/fixtures/recorded that are read. */
export const CAPTURES = ["frr-families.pcap", "gobgp-families.pcap", "bird-updates.mrt", "bird-table.mrt"] as const;

/** One thing that was done: how much of it there was, and the digest of all that came out. */
export interface Outcome {
  readonly count: number;
  readonly digest: string;
}

/** Outcomes by what was done. */
export type Outcomes = Readonly<Record<string, Outcome>>;

/** @param fetched gives a capture by its name */
export async function exercise(fetched: (name: string) => Promise<Uint8Array>): Promise<Outcomes> {
  const outcomes: Record<string, Outcome> = { session: await outcomeOf(await session()) };
  for (const name of CAPTURES) Object.assign(outcomes, await capture(name, await fetched(name)));
  return outcomes;
}

async function outcomeOf(texts: readonly string[]): Promise<Outcome> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(texts.join("\n"))));
  return { count: texts.length, digest: Array.from(digest, hex).join("") };
}

/** A capture as events, its messages dissected, and its UPDATEs decoded and encoded again. */
async function capture(name: string, octets: Uint8Array): Promise<Outcomes> {
  const events: string[] = [];
  const trees: string[] = [];
  const updates: string[] = [];
  for (const event of readAll(captureEvents(), octets)) {
    events.push(JSON.stringify(eventJson(new EventReading(event))));
    if (event.kind !== "message") continue;
    const { buffer, start, end, direction, type } = event;
    trees.push(JSON.stringify(dissect(event, direction.context)));
    if (type !== MessageType.Update) continue;
    const { update, issues } = decodeUpdate({ buffer, start: start + HEADER_LENGTH, end }, direction.context);
    updates.push(Array.from(encodeUpdate(update, direction.context), hex).join("") + JSON.stringify(issues));
  }
  return {
    [`${name}: events`]: await outcomeOf(events),
    ...(trees.length > 0 && { [`${name}: dissections`]: await outcomeOf(trees) }),
    ...(updates.length > 0 && { [`${name}: decoded and encoded`]: await outcomeOf(updates) }),
  };
}

interface Site {
  readonly speaker: Speaker;
  readonly recorder: InputLogRecorder;
  readonly log: readonly Uint8Array[];
}

/** A life of two speakers: a thousand routes, ten minutes of KEEPALIVEs with jitter, a broken connection, a shutdown; and the logs of it all. */
async function session(): Promise<string[]> {
  const told: string[] = [];
  const network = memoryNetwork({ delay: () => 7 });
  const { time } = network;
  const clock = { software: "test", time: 1_771_750_000_000, now: time.now };
  const families = [multiprotocol(Afi.IPv4, Safi.Unicast), multiprotocol(Afi.IPv6, Safi.Unicast)];
  const attributes = [origin("igp"), asPath("65001 65010"), nextHop("192.0.2.1")];
  const announce = Array.from({ length: 1000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`);

  const site = (address: string, other: string, as: number, otherAs: number): Site => {
    const log: Uint8Array[] = [];
    const recorder = new InputLogRecorder(clock, (octets) => void log.push(octets));
    const speaker = new Speaker(
      { routerId: address, listen: [{ address, port: 179 }], recorder },
      network.host(address).transport(),
    );
    const options: PeerOptions = {
      remoteAddress: other,
      localAs: as,
      remoteAs: otherAs,
      holdTime: 30,
      capabilities: families,
    };
    speaker.addPeer(options, {
      onStateChange: (_, { from, to }) => void told.push(`${time.now} ${address}: ${from} to ${to}`),
      onEstablished: (session) => {
        const context = contextOf(session.negotiated);
        if (as === 65001) {
          for (const body of packUpdates({ announce, attributes }, sendContextOf(session.negotiated))) {
            session.sendUpdate(body);
          }
        }
        return (body) => void told.push(`${time.now} ${JSON.stringify(decodeUpdate(body, context))}`);
      },
      onClose: (_, { text }) => void told.push(`${time.now} ${address}: ${text}`),
    });
    return { speaker, recorder, log };
  };
  const sites = [site("192.0.2.1", "192.0.2.2", 65001, 65002), site("192.0.2.2", "192.0.2.1", 65002, 65001)];
  for (const { speaker } of sites) await speaker.start();
  await time.pass(600_000);
  network.breakConnections();
  await time.pass(600_000);
  const stopped = Promise.all(sites.map(({ speaker }) => speaker.stop("the time is over")));
  await time.pass(60_000);
  await stopped;

  for (const { recorder, log } of sites) {
    recorder.end("over");
    const file = concat(...log);
    const { difference, summary } = replayInputLog(file);
    if (difference !== null) throw new Error(`replayed, the log differs: ${JSON.stringify(difference)}`);
    told.push(JSON.stringify(summary), Array.from(file, hex).join(""));
  }
  return told;
}

function hex(octet: number): string {
  return octet.toString(16).padStart(2, "0");
}
