// Captures (pcap and pcapng) as the octets of TCP streams, one stream for each direction of each connection. Just enough of it
// to get at the BGP and BMP messages of the corpora: options, checksums and times are not looked at.

/** Octets that one side of a connection sent, without a hole: a stream with a hole in it gives two. */
export interface StreamPart {
  /** "192.0.2.1:179>192.0.2.2:40000" */
  readonly name: string;
  /** The name of the other direction. */
  readonly reverse: string;
  readonly bytes: Uint8Array;
}

interface Packet {
  readonly linkType: number;
  readonly bytes: Uint8Array;
}

interface Segment {
  readonly name: string;
  readonly reverse: string;
  readonly sequence: number;
  readonly syn: boolean;
  readonly payload: Uint8Array;
}

/** The streams of a capture, in the order in which they begin. */
export function streamsOf(capture: Uint8Array): StreamPart[] {
  const streams = new Map<string, Stream>();
  for (const packet of packetsOf(capture)) {
    const segment = segmentOf(packet);
    if (segment === null) continue;
    const stream = streams.get(segment.name) ?? new Stream(segment.name, segment.reverse);
    streams.set(segment.name, stream);
    stream.add(segment);
  }
  return [...streams.values()].flatMap((stream) => stream.finish());
}

function packetsOf(capture: Uint8Array): Packet[] {
  const view = new DataView(capture.buffer, capture.byteOffset, capture.byteLength);
  return view.getUint32(0) === 0x0a0d_0d0a ? pcapngPackets(capture, view) : pcapPackets(capture, view);
}

/** draft-ietf-opsawg-pcap: a header of 24 octets, then records with one of 16. */
function pcapPackets(capture: Uint8Array, view: DataView): Packet[] {
  const magic = view.getUint32(0, true);
  const little = magic === 0xa1b2_c3d4 || magic === 0xa1b2_3c4d;
  const linkType = view.getUint32(20, little) & 0xffff;
  const packets: Packet[] = [];
  for (let at = 24; at + 16 <= capture.length;) {
    const end = at + 16 + view.getUint32(at + 8, little);
    packets.push({ linkType, bytes: capture.subarray(at + 16, end) });
    at = end;
  }
  return packets;
}

/** draft-ietf-opsawg-pcapng: blocks, of which sections, interfaces and both kinds of packets matter. */
function pcapngPackets(capture: Uint8Array, view: DataView): Packet[] {
  const packets: Packet[] = [];
  let little = true;
  let linkTypes: number[] = [];
  for (let at = 0; at + 12 <= capture.length;) {
    const type = view.getUint32(at, little);
    if (type === 0x0a0d_0d0a) {
      little = view.getUint32(at + 8, true) === 0x1a2b_3c4d;
      linkTypes = [];
    } else if (type === 1) {
      linkTypes.push(view.getUint16(at + 8, little));
    } else if (type === 6) {
      const captured = view.getUint32(at + 20, little);
      const linkType = linkTypes[view.getUint32(at + 8, little)]!;
      packets.push({ linkType, bytes: capture.subarray(at + 28, at + 28 + captured) });
    } else if (type === 3) {
      packets.push({
        linkType: linkTypes[0]!,
        bytes: capture.subarray(at + 12, at + view.getUint32(at + 4, little) - 4),
      });
    }
    at += view.getUint32(at + 4, little);
  }
  return packets;
}

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);

/** Where the IP packet of a frame begins. */
function ipStart({ linkType, bytes }: Packet): number | null {
  switch (linkType) {
    case 1:
      return afterEtherType(bytes, 12);
    case 9:
      return afterPpp(bytes, bytes[0] === 0xff ? 2 : 0);
    case 12:
    case 101:
      return 0;
    case 113:
      return afterEtherType(bytes, 14);
    case 178:
      // Juniper: "MGC", flags, and extensions of this length where a flag says so.
      return afterEtherType(bytes, (bytes[3]! & 0x80) === 0 ? 18 : 6 + u16(bytes, 4) + 12);
    default:
      throw new Error(`link type ${linkType}`);
  }
}

/** A protocol, and for MPLS the labels up to the bottom of the stack. */
function afterPpp(bytes: Uint8Array, at: number): number {
  let ip = at + 2;
  if (u16(bytes, at) === 0x0281) {
    while ((bytes[ip + 2]! & 1) === 0) ip += 4;
    ip += 4;
  }
  return ip;
}

function afterEtherType(bytes: Uint8Array, at: number): number | null {
  while (TAGS.has(u16(bytes, at))) at += 4;
  const type = u16(bytes, at);
  return type === IPV4 || type === IPV6 ? at + 2 : null;
}

function segmentOf(packet: Packet): Segment | null {
  const { bytes } = packet;
  const ip = ipStart(packet);
  if (ip === null) return null;
  const version = bytes[ip]! >> 4;
  let tcp = ip + (version === 4 ? (bytes[ip]! & 15) * 4 : 40);
  let protocol = bytes[ip + (version === 4 ? 9 : 6)];
  if (version === 6 && protocol === 0) {
    // Hop-by-hop options.
    protocol = bytes[tcp];
    tcp += 8 + bytes[tcp + 1]! * 8;
  }
  if (protocol !== 6 || tcp + 20 > bytes.length) return null;
  const [source, destination] =
    version === 4
      ? [bytes.subarray(ip + 12, ip + 16).join("."), bytes.subarray(ip + 16, ip + 20).join(".")]
      : [hexOf(bytes.subarray(ip + 8, ip + 24)), hexOf(bytes.subarray(ip + 24, ip + 40))];
  // A length of zero is that of a segment which the card was to cut up: all of the frame is in it.
  const length = version === 4 ? u16(bytes, ip + 2) : u16(bytes, ip + 4) + 40;
  const end = length < 40 ? bytes.length : Math.min(ip + length, bytes.length);
  const name = `${source}:${u16(bytes, tcp)}>${destination}:${u16(bytes, tcp + 2)}`;
  return {
    name,
    reverse: name.split(">").reverse().join(">"),
    sequence: u16(bytes, tcp + 4) * 65536 + u16(bytes, tcp + 6),
    syn: (bytes[tcp + 13]! & 2) !== 0,
    payload: bytes.subarray(tcp + (bytes[tcp + 12]! >> 4) * 4, end),
  };
}

/** One direction of a connection. */
class Stream {
  readonly #name: string;
  readonly #reverse: string;
  /** The sequence number that comes next; null before the first octet. */
  #next: number | null = null;
  #part: Uint8Array[] = [];
  #waiting: Segment[] = [];
  readonly #parts: StreamPart[] = [];

  constructor(name: string, reverse: string) {
    this.#name = name;
    this.#reverse = reverse;
  }

  add(segment: Segment): void {
    if (segment.syn) {
      // A new connection between the same ports.
      if (this.#next !== (segment.sequence + 1) >>> 0) this.#skipHole();
      this.#next = (segment.sequence + 1) >>> 0;
      // Made by hand, captures have whole messages in it, and go on as if there had been none.
      if (segment.payload.length > 0) this.#end([segment.payload]);
      return;
    }
    if (segment.payload.length === 0) return;
    this.#next ??= segment.sequence;
    this.#waiting.push(segment);
    this.#take();
    // Whatever is missing now was not captured.
    if (this.#waiting.length > 100) this.#skipHole();
  }

  finish(): StreamPart[] {
    this.#skipHole();
    return this.#parts;
  }

  /** Takes what fits, in the order of the sequence numbers. */
  #take(): void {
    for (let found = true; found;) {
      found = false;
      for (const [index, { sequence, payload }] of this.#waiting.entries()) {
        const ahead = (sequence - this.#next!) | 0;
        if (ahead > 0) continue;
        this.#waiting.splice(index, 1);
        if (ahead + payload.length > 0) {
          this.#part.push(payload.subarray(-ahead));
          this.#next = (sequence + payload.length) >>> 0;
        }
        found = true;
        break;
      }
    }
  }

  #end(part: readonly Uint8Array[]): void {
    this.#parts.push({ name: this.#name, reverse: this.#reverse, bytes: new Uint8Array(Buffer.concat(part)) });
  }

  /** Ends the part, and goes on behind the hole with what is waiting. */
  #skipHole(): void {
    for (;;) {
      if (this.#part.length > 0) this.#end(this.#part);
      this.#part = [];
      const [first] = this.#waiting.toSorted((a, b) => (a.sequence - b.sequence) | 0);
      if (first === undefined) return;
      this.#next = first.sequence;
      this.#take();
    }
  }
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
