// Shows what every octet of a message means: `node examples/dissect.ts [HEX]`, with a message of its own if it is given none.
import { encodeMessage, fromHex, MessageType } from "@bgpwire/core";
import { asPath, createContext, dissect, encodeUpdate, nextHop, origin, type DissectedField } from "@bgpwire/decoder";

const context = createContext({ session: "ebgp" });
const sample = {
  attributes: [origin("igp"), asPath("65001 65002"), nextHop("192.0.2.1")],
  nlri: [{ prefix: "203.0.113.0/24" }],
};
const [digits] = process.argv.slice(2);
const given = digits === undefined ? encodeMessage(MessageType.Update, encodeUpdate(sample, context)) : fromHex(digits);
if (given === null || given.length === 0) {
  console.error(`"${digits}" is not the hexadecimal digits of a message`);
  process.exit(2);
}
show(dissect(given, context), given);

/** A line per field: where it is, its octets as far as they fit, and what they say. */
function show(field: DissectedField, message: Uint8Array, depth: number = 0): void {
  const { offset, length, label, value, children, faults = [] } = field;
  const octets = children.length > 0 ? [] : [...message.subarray(offset, offset + Math.min(length, 8))];
  const hex =
    octets.map((octet) => octet.toString(16).padStart(2, "0")).join(" ") +
    (octets.length < length && octets.length > 0 ? " …" : "");
  const what = value === null ? label : `${label}: ${value}`;
  console.log(`${String(offset).padStart(5)}  ${hex.padEnd(25)}  ${"  ".repeat(depth)}${what}`);
  for (const fault of faults) console.log(`${" ".repeat(34)}${"  ".repeat(depth)}! ${fault}`);
  for (const child of children) show(child, message, depth + 1);
}
