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
  MrtRecordType,
  PeerInstance,
  Rib,
  RouteEvent,
  StateEvent,
  UpEvent,
} from "./event.ts";

// Text
export { parseTime, timeText, type Time } from "./text/time.ts";
export { BGPDUMP_CHUNK, BgpdumpText, BgpdumpWriter, MAX_BGPDUMP_TEXT } from "./text/bgpdump.ts";
export { LineReader, type Line } from "./stream/line-reader.ts";

// What a file is
export { COMPRESSION_LENGTH, detectCompression, type Compression } from "./compression/detect-compression.ts";

// bzip2
export {
  Bzip2BlockDecoder,
  MAX_BZIP2_OCTETS,
  type Bzip2Block,
  type Bzip2BlockResult,
} from "./compression/bzip2/block-decoder.ts";
export { Bzip2Reader } from "./compression/bzip2/reader.ts";
export { Bzip2Splitter, MAX_BZIP2_COMPRESSED_OCTETS, type Bzip2Job } from "./compression/bzip2/splitter.ts";

// pcap and pcapng
export { LinkType } from "./pcap/link-type.ts";
export { BlockType } from "./pcap/pcapng.ts";
export { PcapReader } from "./pcap/reader.ts";
export {
  MAX_PCAPNG_BLOCK,
  MAX_PCAP_PACKET,
  type PcapFileHeader,
  type PcapngBlock,
  type PcapngInterface,
  type PcapngSection,
  type PcapPacket,
  type PcapRecord,
  type Recorded,
} from "./pcap/record.ts";
export { MAX_PCAP_KEPT, PcapEvents, type PcapEventsOptions } from "./pcap/events.ts";
export { PcapWriter } from "./pcap/writer.ts";
export { GUESSED_FROM, MAX_HELD_EVENTS } from "./pcap/session.ts";
export { MAX_TCP_CONNECTIONS } from "./tcp/connections.ts";
export { MAX_TCP_DISTANCE, MAX_TCP_WAITING, MAX_TCP_WAITING_SEGMENTS } from "./tcp/stream.ts";

// BMP
export {
  BmpCounter,
  BmpFamilyGauge,
  BmpGauge,
  BmpMessageType,
  BmpMirroringCode,
  BmpPeerDownReason,
  BmpPeerFlag,
  BmpPeerType,
  BmpTerminationReason,
} from "./bmp/numbers.ts";
export type { InitiationMessage, InitiationTlv, TerminationMessage, TerminationTlv } from "./bmp/information.ts";
export { BmpEvents } from "./bmp/events.ts";
export { decodeBmpMessage, encodeBmpMessage, type BmpMessage, type UnknownBmpMessage } from "./bmp/message.ts";
export type { PeerDownMessage } from "./bmp/peer-down.ts";
export type { BmpPeerHeader } from "./bmp/peer-header.ts";
export type { PeerTlv, PeerUpMessage } from "./bmp/peer-up.ts";
export {
  BmpSessionNumbers,
  MAX_BMP_OPENS,
  MAX_BMP_OPENS_TOGETHER,
  MAX_BMP_PEERS,
  MAX_BMP_PEERS_TOGETHER,
  MAX_BMP_TABLES,
} from "./bmp/peers.ts";
export { BmpReader, MAX_BMP_MESSAGE } from "./bmp/reader.ts";
export type { MirroringTlv, RouteMirroringMessage } from "./bmp/route-mirroring.ts";
export { BmpPathReason, BmpPathStatus, GROUP_INDEX, type RouteMonitoringTlv } from "./bmp/route-monitoring-tlv.ts";
export type { RouteMonitoringMessage } from "./bmp/route-monitoring.ts";
export { BmpSender, type BmpSenderOptions } from "./bmp/sender.ts";
export { BmpStation, type BmpMonitoredPeer, type BmpRouterName } from "./bmp/station.ts";
export type { BmpStatistic, StatisticsReportMessage } from "./bmp/statistics.ts";
export type { BmpRawTlv, BmpTextTlv } from "./bmp/tlv.ts";
export { BmpWriter, type BmpLocRib, type BmpRouter, type BmpSession } from "./bmp/writer.ts";

// BGP without anything around it
export { BgpEvents } from "./bgp/events.ts";
export { BgpReader, type BgpRecord } from "./bgp/reader.ts";

// OpenBMP
export { MAX_OPENBMP_ROUTERS, OpenBmpEvents } from "./openbmp/events.ts";
export {
  decodeOpenBmpMessage,
  encodeOpenBmpMessage,
  MAX_OPENBMP_DATA,
  OpenBmpObject,
  type OpenBmpMessage,
  type OpenBmpRouter,
} from "./openbmp/message.ts";
export { OpenBmpReader } from "./openbmp/reader.ts";

// RIS Live
export { RisLiveEvents } from "./ris-live/events.ts";
export { LONGEST_RIS_LIVE_LINE, RisLiveReader, type RisLiveRecord } from "./ris-live/reader.ts";
export { MAX_GUESS_KEPT } from "./update-context.ts";
export { MAX_RIS_LIVE_SESSIONS } from "./ris-live/sessions.ts";
export { risLiveOf, type RisLiveOptions } from "./ris-live/writer.ts";

// MRT
export { MrtEvents, type MrtOptions } from "./mrt/events.ts";
export { MAX_MRT_SESSIONS } from "./mrt/sessions.ts";
export { updateOfRoute } from "./mrt/update-of-route.ts";
export { MAX_MRT_MESSAGE_RECORD, MAX_MRT_TABLE_RECORD, MrtReader } from "./mrt/reader.ts";
export {
  encodeMrtRecord,
  type OtherMrtRecord,
  type MrtFields,
  type MrtRecord,
  type OtherMrtFields,
} from "./mrt/record.ts";
export {
  Bgp4mpSubtype,
  BgpSubtype,
  mrtRecordName,
  MrtType,
  mrtTypeName,
  TableDumpSubtype,
  TableDumpV2Subtype,
} from "./mrt/numbers.ts";
export type {
  Bgp4mpEntryFields,
  Bgp4mpEntryRecord,
  Bgp4mpMessageFields,
  Bgp4mpMessageRecord,
  Bgp4mpSession,
  Bgp4mpSnapshotFields,
  Bgp4mpSnapshotRecord,
  Bgp4mpStateChangeFields,
  Bgp4mpStateChangeRecord,
} from "./mrt/bgp4mp.ts";
export {
  type GeoPeerTableRecord,
  indexedPeer,
  type PeerIndexTableRecord,
  type GeoPeerTableFields,
  type IndexedPeer,
  type PeerIndexTableFields,
  type Place,
  type PlacedPeer,
} from "./mrt/peer-table.ts";
export type { RibRecord, RibCursor, RibEntry, RibFields } from "./mrt/rib.ts";
export type { TableDumpRecord, TableDumpCursor, TableDumpEntry, TableDumpFields } from "./mrt/table-dump.ts";
export type {
  BgpMessageFields,
  BgpMessageRecord,
  BgpStateChangeFields,
  BgpStateChangeRecord,
  BgpSyncFields,
  BgpSyncRecord,
} from "./mrt/bgp.ts";
export type { IsisRecord, OspfRecord, IsisFields, OspfFields } from "./mrt/igp.ts";
export type { MrtView, MrtHeader } from "./mrt/view.ts";

// Replay
export { replay, sessionsOf, type ReplayOptions } from "./replay/replay.ts";
export { NOTIFICATION_TOLERANCE } from "./replay/play.ts";
export type {
  CapturedState,
  ReachedState,
  ReplayDifference,
  SentMessage,
  SessionReplay,
  SideReplay,
} from "./replay/result.ts";

// Input logs: what went into the machines of a speaker, recorded and done again
export { InputLogRecorder } from "./input-log/recorder.ts";
export { timeAt, type LogClock } from "./input-log/clock.ts";
export { InputLogReader } from "./input-log/reader.ts";
export { InputLogEvents } from "./input-log/events.ts";
export { SessionEvents } from "./input-log/session-events.ts";
export {
  MAX_INPUT_LOG_ENTRY,
  type InputLogEntry,
  type InputLogHeader,
  type RecordedOutput,
} from "./input-log/entry.ts";
export {
  InputLogReplay,
  replayInputLog,
  type InputLogDifference,
  type InputLogReplayed,
  type InputLogSummary,
} from "./input-log/replay.ts";

// Writing events
export { JoinedCaptures } from "./convert/joined-captures.ts";
export { ConversionNotes, type ConversionNote } from "./convert/notes.ts";
export { MAX_WRITTEN_SESSIONS } from "./convert/local-sides.ts";
export type { CaptureWriter } from "./convert/writer.ts";
export { BmpEventWriter } from "./bmp/event-writer.ts";
export { JsonWriter } from "./json/json-writer.ts";
export { MrtWriter } from "./mrt/writer.ts";

// Any format
export { captureEvents } from "./capture-events.ts";
export { DETECTION_LENGTH, detectFormat, type CaptureFormat } from "./detect-format.ts";

// Reading: what octets mean, which events are wanted
export { EventReading } from "./reading.ts";
export { pduBody } from "./bytes/pdu.ts";
export {
  EVENT_TYPES,
  EventFilter,
  peerOf,
  typeOf,
  type EventType,
  type FilterOptions,
  type Route,
} from "./filter/filter.ts";
export type { PrefixMatch } from "./filter/prefix-condition.ts";

// Formats
export { bgpkitLines } from "./text/bgpkit.ts";
export { exabgpJson } from "./exabgp/event.ts";
export { eventJson, eventFromJson } from "./json/event-json.ts";
export { Contexts } from "./json/endpoint-json.ts";
export type { JsonObject } from "./json/fields.ts";
export { JsonEvents, LONGEST_JSON_LINE } from "./json/json-events.ts";
