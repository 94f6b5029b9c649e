// The public face of @bgpwire/capture.
export { readAll, type Problem, type RecordReader } from "./stream/record-reader.ts";
export type {
  Captured,
  CaptureEvent,
  Direction,
  DownEvent,
  Endpoint,
  GapEvent,
  InformationEvent,
  MessageEvent,
  Rib,
  RouteEvent,
  StateEvent,
  UpEvent,
} from "./event.ts";

// Text
export { parseTime, timeText, type Time } from "./text/time.ts";
export { LineReader, type Line } from "./stream/line-reader.ts";

// pcap and pcapng
export { LinkType } from "./pcap/link-type.ts";
export { BlockType } from "./pcap/pcapng.ts";
export { PcapReader } from "./pcap/reader.ts";
export {
  MAX_BLOCK,
  MAX_PACKET,
  type PcapFileHeader,
  type PcapngBlock,
  type PcapngInterface,
  type PcapngSection,
  type PcapPacket,
  type PcapRecord,
  type Recorded,
} from "./pcap/record.ts";
