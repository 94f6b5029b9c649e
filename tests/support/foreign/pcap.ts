// Captures (pcap and pcapng) as the octets of TCP streams, whatever they carry: what the readers of the capture package put together
// before they look for messages.
import { PcapReader, readAll } from "@bgpwire/capture";
import { SegmentReader } from "../../../packages/capture/src/packet/segment.ts";
import { Allowance } from "../../../packages/capture/src/stream/allowance.ts";
import { TcpConnection, type ConnectionSink, type Side } from "../../../packages/capture/src/tcp/connection.ts";
import { TcpConnections } from "../../../packages/capture/src/tcp/connections.ts";
import type { StreamSink } from "../../../packages/capture/src/tcp/stream.ts";

/** Octets that one side of a connection sent, without a hole: a stream with a hole in it gives two. */
export interface StreamPart {
  /** "192.0.2.1:179>192.0.2.2:40000" */
  readonly name: string;
  /** The name of the other direction. */
  readonly reverse: string;
  readonly bytes: Uint8Array;
}

/** The streams of a capture, in the order in which they begin. */
export function streamsOf(capture: Uint8Array): StreamPart[] {
  const streams: Stream[] = [];
  const allowance = new Allowance(Number.POSITIVE_INFINITY);
  const connections = new TcpConnections((segment) => {
    const ends = [
      `${segment.sourceAddress()}:${segment.sourcePort}`,
      `${segment.destinationAddress()}:${segment.destinationPort}`,
    ] as const;
    const streamOf = (side: Side): Stream => new Stream(ends[side], ends[1 - side]!, streams);
    return new TcpConnection(allowance, new Gatherer([streamOf(0), streamOf(1)]));
  });
  const segment = new SegmentReader(allowance);
  for (const record of readAll(new PcapReader(), capture)) {
    if (record.kind === "packet" && segment.read(record)) connections.take(segment, record);
  }
  connections.finish();
  return streams.flatMap((stream) => stream.parts());
}

/** Takes both streams of a connection, and nothing else of it. */
class Gatherer implements ConnectionSink {
  readonly streams: readonly [Stream, Stream];

  constructor(streams: readonly [Stream, Stream]) {
    this.streams = streams;
  }

  established(): void {}

  ended(): void {}

  captureEnds(): void {}
}

/** One direction of a connection. */
class Stream implements StreamSink {
  readonly #from: string;
  readonly #to: string;
  readonly #all: Stream[];
  readonly #parts: Uint8Array[][] = [[]];

  /** @param all where it is put down with its first octets */
  constructor(from: string, to: string, all: Stream[]) {
    this.#from = from;
    this.#to = to;
    this.#all = all;
  }

  beginMidway(): void {}

  octets(buffer: Uint8Array, start: number, end: number): void {
    if (!this.#all.includes(this)) this.#all.push(this);
    this.#parts.at(-1)!.push(buffer.slice(start, end));
  }

  gap(): void {
    this.#parts.push([]);
  }

  parts(): StreamPart[] {
    const [name, reverse] = [`${this.#from}>${this.#to}`, `${this.#to}>${this.#from}`];
    const whole = this.#parts.filter((part) => part.length > 0).map((part) => new Uint8Array(Buffer.concat(part)));
    return whole.map((bytes) => ({ name, reverse, bytes }));
  }
}
