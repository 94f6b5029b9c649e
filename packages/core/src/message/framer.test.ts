// Cutting the stream: RFC 4271 sections 4.1 and 6.1, RFC 8654 section 4, and what is copied and kept.
import { describe, expect, test } from "vitest";
import { toHex } from "../bytes/hex.ts";
import { newFramer, nextMessage, pushChunk, type FramerState } from "./framer.ts";
import { encodeKeepalive, encodeMessage } from "./header.ts";

/** A header that says what it is told to. */
function header(length: number, type: number): Uint8Array {
  const bytes = new Uint8Array(19).fill(0xff, 0, 16);
  bytes.set([length >> 8, length & 0xff, type], 16);
  return bytes;
}

/** An idle framer that has seen a message of this type. */
function newFramerAfter(type: number): FramerState {
  return { ...newFramer(), type };
}

function body(framer: FramerState): string {
  return toHex(framer.buffer.subarray(framer.start, framer.end));
}

function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

describe("RFC 4271 section 6.1: header errors", () => {
  test.each([
    ["marker, first octet", 0],
    ["marker, middle", 7],
    ["marker, last octet", 15],
  ])("%s not ones: 1/1 without data", (_name, at) => {
    const framer = newFramer();
    const bytes = encodeKeepalive();
    bytes[at] = 0x7f;
    pushChunk(framer, bytes);
    expect(nextMessage(framer, 4096)).toMatchObject({ code: 1, subcode: 1, data: new Uint8Array(0) });
  });

  test.each([
    ["UPDATE of 18", 18, 2, 4096],
    ["UPDATE of 0", 0, 2, 4096],
    ["UPDATE of 22", 22, 2, 4096],
    ["UPDATE of 4097", 4097, 2, 4096],
    ["UPDATE of 65535 without extended messages", 65535, 2, 4096],
    ["OPEN of 28", 28, 1, 4096],
    ["OPEN of 4097, which RFC 8654 never extends", 4097, 1, 65535],
    ["NOTIFICATION of 20", 20, 3, 4096],
    ["NOTIFICATION of 4097", 4097, 3, 4096],
    ["KEEPALIVE of 18", 18, 4, 4096],
    ["KEEPALIVE of 20", 20, 4, 65535],
    ["ROUTE-REFRESH of 22", 22, 5, 4096],
    ["ROUTE-REFRESH of 4097", 4097, 5, 4096],
    ["unknown type of 18: the length comes first", 18, 9, 4096],
    ["unknown type of 4097: the length comes first", 4097, 9, 4096],
  ])("%s: 1/2 with the length field", (_name, length, type, maxLength) => {
    const framer = newFramer();
    pushChunk(framer, header(length, type));
    expect(nextMessage(framer, maxLength)).toMatchObject({
      code: 1,
      subcode: 2,
      data: Uint8Array.of(length >> 8, length & 0xff),
    });
  });

  test.each([0, 6, 7, 128, 255])("type %i: 1/3 with the type field", (type) => {
    const framer = newFramer();
    pushChunk(framer, header(19, type));
    expect(nextMessage(framer, 4096)).toMatchObject({ code: 1, subcode: 3, data: Uint8Array.of(type) });
  });

  test("type 6 is a message where CAPABILITY messages are agreed: 22 octets at least, else 1/2", () => {
    const bytes = join(header(22, 6), new Uint8Array(3), header(21, 6));
    for (const chunk of [1, 19, bytes.length]) {
      const framer = newFramer();
      for (let at = 0; at < bytes.length; at += chunk) pushChunk(framer, bytes.slice(at, at + chunk));
      expect(nextMessage(framer, 4096, 6)).toBe("message");
      expect(framer.type).toBe(6);
      expect(nextMessage(framer, 4096, 6)).toMatchObject({ code: 1, subcode: 2, data: Uint8Array.of(0, 21) });
    }
    const framer = newFramer();
    pushChunk(framer, header(19, 7));
    expect(nextMessage(framer, 4096, 6)).toMatchObject({ code: 1, subcode: 3 });
  });

  test("a fault does not wait for the body, nor for the rest of the chunk, and stays", () => {
    for (const split of [0, 1, 18, 19]) {
      const framer = newFramer();
      const bytes = join(header(5000, 2), encodeKeepalive());
      pushChunk(framer, bytes.slice(0, split));
      if (split < 19) expect(nextMessage(framer, 4096)).toBe("none");
      pushChunk(framer, bytes.slice(split));
      expect(nextMessage(framer, 4096)).toMatchObject({ code: 1, subcode: 2 });
      expect(nextMessage(framer, 4096)).toMatchObject({ code: 1, subcode: 2 });
    }
  });

  test("a message before the fault still comes out", () => {
    const framer = newFramer();
    pushChunk(framer, join(encodeKeepalive(), header(19, 77)));
    expect(nextMessage(framer, 4096)).toBe("message");
    expect(framer.type).toBe(4);
    expect(nextMessage(framer, 4096)).toMatchObject({ code: 1, subcode: 3 });
  });
});

test.each([
  ["OPEN of 29", 29, 1, 4096],
  ["OPEN of 4096", 4096, 1, 65535],
  ["UPDATE of 23", 23, 2, 4096],
  ["UPDATE of 4096", 4096, 2, 4096],
  ["UPDATE of 4097 with extended messages", 4097, 2, 65535],
  ["UPDATE of 65535 with extended messages", 65535, 2, 65535],
  ["NOTIFICATION of 21", 21, 3, 4096],
  ["NOTIFICATION of 65535 with extended messages", 65535, 3, 65535],
  ["KEEPALIVE of 19", 19, 4, 4096],
  ["ROUTE-REFRESH of 23", 23, 5, 4096],
  ["ROUTE-REFRESH with filters", 40, 5, 4096],
])("%s is a message, whole or in pieces", (_name, length, type, maxLength) => {
  const message = encodeMessage(
    type,
    Uint8Array.from({ length: length - 19 }, (_, i) => i & 0xff),
  );
  const expected = toHex(message.subarray(19));
  for (const split of [0, 1, 16, 18, 19, 20, length - 1]) {
    const framer = newFramer();
    pushChunk(framer, message.slice(0, split));
    if (split < length && split > 0) expect(nextMessage(framer, maxLength)).toBe("none");
    pushChunk(framer, message.slice(split));
    expect(nextMessage(framer, maxLength)).toBe("message");
    expect(framer.type).toBe(type);
    expect(body(framer)).toBe(expected);
    expect(nextMessage(framer, maxLength)).toBe("none");
  }
});

test("the limit is the one of the call: an extended message may follow the OPEN in one chunk", () => {
  const framer = newFramer();
  const long = encodeMessage(2, new Uint8Array(5000));
  pushChunk(framer, join(encodeKeepalive(), long));
  expect(nextMessage(framer, 4096)).toBe("message");
  expect(nextMessage(framer, 65535)).toBe("message");
  expect(framer.end - framer.start).toBe(5000);
});

describe("ownership", () => {
  test("a message inside a chunk is not copied, and its header stands before it", () => {
    const framer = newFramer();
    const chunk = join(encodeKeepalive(), encodeMessage(2, Uint8Array.of(0, 0, 0, 0)), encodeKeepalive());
    pushChunk(framer, chunk);
    nextMessage(framer, 4096);
    expect(framer.buffer).toBe(chunk);
    nextMessage(framer, 4096);
    expect(framer.buffer).toBe(chunk);
    expect([framer.start, framer.end]).toEqual([38, 42]);
    expect(toHex(framer.buffer.subarray(framer.start - 19, framer.start))).toBe(`${"ff".repeat(16)}001702`);
  });

  test("a message that fills its chunk is not copied either", () => {
    const framer = newFramer();
    const chunk = encodeMessage(2, Uint8Array.of(0, 0, 0, 0));
    pushChunk(framer, chunk);
    expect(nextMessage(framer, 4096)).toBe("message");
    expect(framer.buffer).toBe(chunk);
  });

  test("a chunk may be a view of larger memory", () => {
    const framer = newFramer();
    const memory = new Uint8Array(100).fill(0xa5);
    memory.set(join(encodeMessage(2, Uint8Array.of(1, 2, 3, 4)), encodeKeepalive()), 7);
    pushChunk(framer, memory.subarray(7, 7 + 23 + 19));
    expect(nextMessage(framer, 4096)).toBe("message");
    expect(body(framer)).toBe("01020304");
    expect(nextMessage(framer, 4096)).toBe("message");
    expect(framer.type).toBe(4);
    expect(nextMessage(framer, 4096)).toBe("none");
  });

  test("chunks that are done with are let go while others wait", () => {
    const framer = newFramer();
    const chunks = Array.from({ length: 4 }, () => encodeKeepalive());
    for (const chunk of chunks) pushChunk(framer, chunk);
    for (let taken = 1; taken <= 4; taken += 1) {
      expect(nextMessage(framer, 4096)).toBe("message");
      const held = [framer.chunk, ...framer.queue].filter((chunk) => chunk.length > 0);
      expect(held).toHaveLength(4 - taken);
    }
  });

  test("a message over chunks is put together apart from them, and they stay as they were", () => {
    const framer = newFramer();
    const message = encodeMessage(
      2,
      Uint8Array.from({ length: 50 }, (_, i) => i),
    );
    const chunks: Uint8Array[] = [message.slice(0, 10), message.slice(10, 30), message.slice(30)];
    const before = chunks.map(toHex);
    for (const chunk of chunks) pushChunk(framer, chunk);
    expect(nextMessage(framer, 4096)).toBe("message");
    expect(toHex(framer.buffer.subarray(framer.start - 19, framer.end))).toBe(toHex(message));
    expect(chunks.includes(framer.buffer)).toBe(false);
    expect(chunks.map(toHex)).toEqual(before);
    const kept = framer.buffer;
    pushChunk(framer, message);
    expect(nextMessage(framer, 4096)).toBe("message");
    expect(toHex(kept)).toBe(toHex(message));
  });

  test("when nothing can be cut, no chunk is held any longer", () => {
    const framer = newFramer();
    const chunk = new Uint8Array(65536);
    chunk.set(encodeKeepalive());
    chunk.set(encodeKeepalive().subarray(0, 7), 65529);
    pushChunk(framer, chunk.subarray(65529));
    expect(nextMessage(framer, 4096)).toBe("none");
    pushChunk(framer, encodeKeepalive().subarray(7));
    expect(nextMessage(framer, 4096)).toBe("message");
    expect(nextMessage(framer, 4096)).toBe("none");
    expect(framer).toEqual(newFramerAfter(4));
  });

  test("chunks of Node's Buffer kind give plain bytes where the framer owns them", () => {
    class Pooled extends Uint8Array {}
    const framer = newFramer();
    const message: Uint8Array = Pooled.from(encodeKeepalive());
    pushChunk(framer, message.subarray(0, 5));
    pushChunk(framer, message.subarray(5));
    expect(nextMessage(framer, 4096)).toBe("message");
    expect(framer.buffer).not.toBeInstanceOf(Pooled);
    pushChunk(framer, Pooled.from(header(19, 9)));
    const wrong = nextMessage(framer, 4096);
    expect(typeof wrong === "object" && wrong.data instanceof Pooled).toBe(false);
  });
});

test("empty chunks change nothing", () => {
  const framer = newFramer();
  pushChunk(framer, new Uint8Array(0));
  expect(nextMessage(framer, 4096)).toBe("none");
  pushChunk(framer, encodeKeepalive().subarray(0, 3));
  pushChunk(framer, new Uint8Array(0));
  pushChunk(framer, encodeKeepalive().subarray(3));
  pushChunk(framer, new Uint8Array(0));
  expect(nextMessage(framer, 4096)).toBe("message");
  expect(nextMessage(framer, 4096)).toBe("none");
});

test("many chunks may wait, and each octet is looked at once: 200,000 one-octet chunks", () => {
  const framer = newFramer();
  const message = encodeMessage(2, new Uint8Array(81));
  const count = 2000;
  for (let i = 0; i < count; i += 1) for (const octet of message) pushChunk(framer, Uint8Array.of(octet));
  let messages = 0;
  while (nextMessage(framer, 4096) === "message") messages += 1;
  expect(messages).toBe(count);
});

test("a clone of the state goes on exactly as the state", () => {
  const stream = join(encodeMessage(2, Uint8Array.of(0, 0, 0, 0, 1)), encodeKeepalive(), header(19, 9));
  for (let split = 0; split <= stream.length; split += 1) {
    const framer = newFramer();
    pushChunk(framer, stream.slice(0, split));
    const first = nextMessage(framer, 4096);
    const clone: FramerState = { ...framer, queue: [...framer.queue], partial: framer.partial?.slice() ?? null };
    for (const half of [framer, clone]) pushChunk(half, stream.slice(split));
    const rest = (state: FramerState): unknown[] => {
      const seen: unknown[] = [];
      for (let got = nextMessage(state, 4096); seen.length < 4; got = nextMessage(state, 4096)) {
        seen.push(got === "message" ? body(state) : got);
      }
      return seen;
    };
    expect([first, ...rest(clone)]).toEqual([first, ...rest(framer)]);
  }
});
