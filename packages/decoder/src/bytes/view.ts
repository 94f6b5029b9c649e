// Lists of integers as fast as they can be read: a view takes four octets in one step. It is not what objects are made with, as it is
// little of their time, and would be a hundred octets of the smallest program.

let viewed: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
let view: DataView = /* @__PURE__ */ new DataView(viewed.buffer);

/** The octets of a buffer as a view, which reads integers in one step. The last one is kept, as making it costs more than reading. */
export function viewOf(buffer: Uint8Array): DataView {
  if (buffer !== viewed) {
    viewed = buffer;
    view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }
  return view;
}

/**
 * All integers of four octets in `[start, end)`, a multiple of four that has been checked; for handlers: COMMUNITIES, or
 * LARGE_COMMUNITY with three of them each.
 *
 * @example (route, buffer, start, end) => (route.communities = numberList(buffer, start, end))
 */
export function numberList(buffer: Uint8Array, start: number, end: number): number[] {
  const list = new Array<number>((end - start) >> 2);
  const octets = viewOf(buffer);
  for (let i = 0, at = start; at < end; i += 1, at += 4) list[i] = octets.getUint32(at);
  return list;
}
