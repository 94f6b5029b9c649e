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
