// Lists of integers as fast as they can be read: a view takes four octets in one step. It is not what objects are made with, as it is
// little of their time, and would be a hundred octets of the smallest program.
import { u32List } from "./integers.ts";

/** How many lists a buffer has to have before a view of it is made, which costs as much as some of them. */
const WORTHWHILE = 16;

let viewed: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
let view: DataView = /* @__PURE__ */ new DataView(viewed.buffer);
/** The last buffer that has no view, and how often it was asked for. */
let latest: Uint8Array = viewed;
let asked = 0;

/** The octets of a buffer as a view, which reads integers in one step; null as long as the buffer may be that of one message. */
export function viewOf(buffer: Uint8Array): DataView | null {
  return buffer === viewed ? view : viewInTime(buffer);
}

function viewInTime(buffer: Uint8Array): DataView | null {
  asked = buffer === latest ? asked + 1 : 1;
  latest = buffer;
  if (asked < WORTHWHILE) return null;
  viewed = buffer;
  view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  return view;
}

/**
 * All integers of four octets in `[start, end)`, a multiple of four that has been checked; for handlers: COMMUNITIES, or
 * LARGE_COMMUNITY with three of them each.
 *
 * @example (route, buffer, start, end) => (route.communities = numberList(buffer, start, end))
 */
export function numberList(buffer: Uint8Array, start: number, end: number): number[] {
  const octets = viewOf(buffer);
  if (octets === null) return u32List(buffer, start, end);
  const list = new Array<number>((end - start) >> 2);
  for (let i = 0, at = start; at < end; i += 1, at += 4) list[i] = octets.getUint32(at);
  return list;
}
