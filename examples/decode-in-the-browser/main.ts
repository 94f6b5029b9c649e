// Decodes captures and messages in the browser; nothing leaves it, and nothing of Node.js is needed. Make the bundle once, then open
// index.html. A message may also stand in the address: index.html#ffff…
//
//   npx rolldown examples/decode-in-the-browser/main.ts --format iife --file examples/decode-in-the-browser/bundle.js
import { Bzip2Reader, captureEvents, detectCompression, eventJson, EventReading } from "@bgpwire/capture";
import { fromHex } from "@bgpwire/core";
import { createContext, dissect, type DissectedField } from "@bgpwire/decoder";

/** Most lines of a capture that are shown: a page is no place for a million. */
const MAX_LINES = 1000;

const output = document.querySelector<HTMLElement>("#output")!;
const message = document.querySelector<HTMLTextAreaElement>("#message")!;
const file = document.querySelector<HTMLInputElement>("#file")!;

/** The lines of a message: each field below what it is a part of. */
function fieldLines(field: DissectedField, depth = 0): string[] {
  const { offset, label, value, children, faults = [] } = field;
  const indent = "  ".repeat(depth);
  return [
    `${String(offset).padStart(5)}  ${indent}${value === null ? label : `${label}: ${value}`}`,
    ...faults.map((fault) => `       ${indent}! ${fault}`),
    ...children.flatMap((child) => fieldLines(child, depth + 1)),
  ];
}

function showMessage(text: string): void {
  const octets = fromHex(text.replaceAll(/\s/g, ""));
  output.textContent =
    octets === null || octets.length === 0
      ? "These are not the hexadecimal digits of a message."
      : fieldLines(dissect(octets, createContext())).join("\n");
}

/** The chunks of a file as it was before it was compressed. */
async function* chunksOf(blob: Blob): AsyncGenerator<Uint8Array> {
  const compression = detectCompression(new Uint8Array(await blob.slice(0, 16).arrayBuffer()));
  if (compression === "bzip2") {
    const reader = new Bzip2Reader();
    reader.push(new Uint8Array(await blob.arrayBuffer()));
    reader.end();
    for (let octets = reader.next(); octets !== null; octets = reader.next()) {
      if ("kind" in octets) throw new Error(octets.reason);
      yield octets;
    }
    return;
  }
  const plain = compression === "gzip" ? blob.stream().pipeThrough(new DecompressionStream("gzip")) : blob.stream();
  const reader = plain.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
}

/** An event a line, as JSON. */
async function showFile(blob: Blob): Promise<void> {
  const events = captureEvents();
  const lines: string[] = [];
  const take = (): void => {
    for (let event = events.next(); event !== null && lines.length < MAX_LINES; event = events.next()) {
      lines.push(JSON.stringify(eventJson(new EventReading(event))));
    }
  };
  for await (const chunk of chunksOf(blob)) {
    events.push(chunk);
    take();
    if (lines.length === MAX_LINES) break;
  }
  events.end();
  take();
  output.textContent = lines.join("\n");
}

message.addEventListener("input", () => showMessage(message.value));
file.addEventListener("change", () => {
  const [blob] = file.files ?? [];
  if (blob !== undefined) showFile(blob).catch((error: unknown) => (output.textContent = String(error)));
});
/** The message that stands in the address. */
function showAddress(): void {
  if (location.hash.length < 2) return;
  message.value = location.hash.slice(1);
  showMessage(message.value);
}
globalThis.addEventListener("hashchange", showAddress);
showAddress();
