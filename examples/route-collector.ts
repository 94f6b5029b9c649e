// A route collector: takes a session from whoever connects from --accept, announces nothing, and writes all that it is told as MRT, a new
// file every so many seconds, as the big collectors have them. `bgpwire decode` and other tools read them.
//
//   node examples/route-collector.ts --listen 192.0.2.9 --router-id 192.0.2.9 --as 65009 --accept 192.0.2.0/24 --directory collected
import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { MrtWriter, SessionEvents, timeText } from "@bgpwire/capture";
import { addPath, Afi, extendedMessage, multiprotocol, routeRefresh, Safi } from "@bgpwire/core";
import { createSpeaker } from "@bgpwire/transport-node";
import {
  address,
  asNumber,
  fail,
  identifier,
  many,
  one,
  port,
  prefix,
  readOptions,
  text,
  wholeNumber,
} from "./options.ts";

const options = readOptions({
  listen: one(address, "127.0.0.1"),
  port: one(port, "1790"),
  "router-id": one(identifier, "192.0.2.9"),
  as: one(asNumber, "65009"),
  accept: many(prefix, "127.0.0.0/8"),
  directory: one(text, "collected"),
  every: one(wholeNumber(1, 86_400), "900"), // seconds of a file
});
const AFIS = [Afi.IPv4, Afi.IPv6];
const CAPABILITIES = [
  ...AFIS.map((afi) => multiprotocol(afi, Safi.Unicast)),
  addPath(AFIS.map((afi) => ({ afi, safi: Safi.Unicast, direction: "receive" }))),
  extendedMessage(),
  routeRefresh(),
];

try {
  mkdirSync(options.directory, { recursive: true });
} catch (error) {
  fail(`--directory: ${(error as Error).message}`);
}
const writer = new MrtWriter();
const length = options.every;
let file: { readonly stream: WriteStream; readonly until: number } | null = null;

/** The file for a time, in seconds since 1970: `updates.20260222.1530.mrt`; seconds too where files are shorter than minutes. */
function fileAt(seconds: number): WriteStream {
  if (file !== null && seconds < file.until) return file.stream;
  file?.stream.end();
  const from = Math.floor(seconds / length) * length;
  const digits = timeText({ seconds: from, nanoseconds: 0 }).replaceAll(/[-:Z]/g, "").replace("T", ".");
  const name = `updates.${length % 60 === 0 ? digits.slice(0, -2) : digits}.mrt`;
  // Added to what is there: a collector that is started again goes on.
  const stream = createWriteStream(join(options.directory, name), { flags: "a" });
  stream.on("error", ({ message }) => fail(message, 1));
  file = { stream, until: from + length };
  console.log(name);
  return file.stream;
}

const clock = { time: Date.now(), now: performance.now() };
const speaker = createSpeaker({
  routerId: options["router-id"],
  listen: [{ address: options.listen, port: options.port }],
  recorder: new SessionEvents(clock, (event) => {
    const octets = writer.event(event);
    if (octets.length > 0 && event.kind !== "problem") fileAt(event.seconds).write(octets);
  }),
});
for (const prefix of options.accept) {
  const peers = { prefix, localAs: options.as, remoteAs: "any" as const, capabilities: CAPABILITIES };
  speaker.addListenRange(peers, {
    onEstablished: ({ peer, negotiated }) => console.log(`${peer.id}: AS ${negotiated.remoteAs} is here`),
    onClose: ({ peer }, { text }) => console.log(`${peer.id}: ${text}`),
  });
}
await speaker.start().catch(({ message }: Error) => fail(message, 1));
for (const { address, port } of speaker.listeners) console.log(`listening on ${address} port ${port}`);

process.once("SIGINT", stop).once("SIGTERM", stop);
async function stop(): Promise<void> {
  await speaker.stop("collector stopped");
  file?.stream.end();
}
