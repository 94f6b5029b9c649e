// A peer that misbehaves, to see what a router makes of it: sends one malformed UPDATE after another, each on a session of its own, and
// says whether the router kept the session, as RFC 7606 asks for most of them, or ended it, and how. For a laboratory, not for the Internet.
//
//   node examples/adversarial-peer.ts --router 192.0.2.1 --router-as 65000 --router-id 192.0.2.99 --as 65099
import { notificationText, type Session } from "@bgpwire/core";
import { asPath, contextOf, decodeUpdate, encodeUpdate, nextHop, origin, sendContextOf } from "@bgpwire/decoder";
import type { PathAttribute, RawAttribute, Update } from "@bgpwire/decoder";
import { createSpeaker } from "@bgpwire/transport-node";
import { address, asNumber, identifier, one, port, readOptions, seconds } from "./options.ts";

const options = readOptions({
  router: one(address, "127.0.0.1"),
  port: one(port, "179"),
  "router-as": one(asNumber, "65000"),
  "router-id": one(identifier, "192.0.2.99"),
  as: one(asNumber, "65099"),
  wait: one(seconds, "2"), // that the router has to answer
});
const localAs = options.as;

const TRANSITIVE = 0x40;
const OPTIONAL_TRANSITIVE = 0xc0;
const raw = (flags: number, code: number, ...octets: number[]): RawAttribute => {
  return { name: "raw", flags, code, value: Uint8Array.from(octets) };
};

const ORIGIN = origin("igp");
const PATH = asPath([localAs]);
const HOP = nextHop("192.0.2.99");
const NLRI = [{ prefix: "203.0.113.0/24" }];
const route = (...attributes: readonly PathAttribute[]): Partial<Update> => ({ attributes, nlri: NLRI });

/** What is sent, by what is wrong with it. */
const CASES: Readonly<Record<string, Partial<Update>>> = {
  "nothing wrong": route(ORIGIN, PATH, HOP),
  "ORIGIN with an undefined value": route(raw(TRANSITIVE, 1, 9), PATH, HOP),
  "ORIGIN twice": route(ORIGIN, ORIGIN, PATH, HOP),
  "no AS_PATH": route(ORIGIN, HOP),
  "AS_PATH with a segment that is cut off": route(ORIGIN, raw(TRANSITIVE, 2, 2, 9, 0, 0), HOP),
  "NEXT_HOP of three octets": route(ORIGIN, PATH, raw(TRANSITIVE, 3, 192, 0, 2)),
  "MULTI_EXIT_DISC of two octets": route(ORIGIN, PATH, HOP, raw(0x80, 4, 0, 1)),
  "COMMUNITIES of five octets": route(ORIGIN, PATH, HOP, raw(OPTIONAL_TRANSITIVE, 8, 0, 1, 0, 1, 0)),
  "a well-known attribute nobody knows": route(ORIGIN, PATH, HOP, raw(TRANSITIVE, 99, 1)),
  "an optional attribute nobody knows": route(ORIGIN, PATH, HOP, raw(OPTIONAL_TRANSITIVE, 99, 1)),
  "MP_REACH_NLRI of one octet": route(ORIGIN, PATH, HOP, raw(0x80, 14, 0)),
  "MP_UNREACH_NLRI twice": { attributes: [raw(0x80, 15, 0, 2, 1), raw(0x80, 15, 0, 2, 1)] },
};

/** Plays one case. @returns what the router did, and what RFC 7606 asks for as our decoder reads it */
async function play(update: Partial<Update>): Promise<{ readonly did: string; readonly asked: string }> {
  const speaker = createSpeaker({ routerId: options["router-id"] });
  let asked = "";
  let ended: (what: string) => void;
  const end = new Promise<string>((resolve) => (ended = resolve));
  const misbehave = (session: Session): void => {
    const { negotiated } = session;
    const body = encodeUpdate(update, sendContextOf(negotiated));
    asked = decodeUpdate(body, contextOf(negotiated)).action;
    session.sendUpdate(body);
    setTimeout(() => ended("kept the session"), 1000 * options.wait);
  };
  const peer = {
    remoteAddress: options.router,
    remotePort: options.port,
    remoteAs: options["router-as"],
  };
  speaker.addPeer(
    { ...peer, localAs, connectRetryTime: 0.5 },
    {
      onEstablished: misbehave,
      onClose: (_session, { notification, text }) =>
        ended(notification === null ? `ended it: ${text}` : `ended it with ${notificationText(notification)}`),
    },
  );
  await speaker.start();
  const did = await end;
  await speaker.stop();
  return { did, asked };
}

for (const [what, update] of Object.entries(CASES)) {
  const { did, asked } = await play(update);
  console.log(`${what}: asked for is ${asked}; the router ${did}`);
}
