// Values of a message under the names Wireshark has for them, in the order of the message: what it is compared by.

import { parseIPv4, parseIPv6 } from "@bgpwire/core";

/** A value as tshark writes it: text of numbers, addresses and octets; booleans of flags. */
export type FieldValue = string | boolean;

/** Fields of one message. */
export class Fields {
  readonly values: Map<string, FieldValue[]> = new Map();

  /** Adds a value to those of a field. Numbers are written in decimal. */
  add(name: string, value: FieldValue | number): void {
    const list = this.values.get(name);
    const text = typeof value === "number" ? String(value) : value;
    if (list === undefined) this.values.set(name, [text]);
    else list.push(text);
  }

  /** A number in hexadecimal of so many digits: "0x0040". */
  hex(name: string, value: number, digits: number): void {
    this.add(name, `0x${value.toString(16).padStart(digits, "0")}`);
  }

  /** The same without "0x", as Wireshark has octets of fixed count. */
  hexText(name: string, value: number, digits: number): void {
    this.add(name, value.toString(16).padStart(digits, "0"));
  }

  /** Octets: "0a:00:00:01". */
  bytes(name: string, value: Uint8Array): void {
    this.add(name, colons(value));
  }

  /** A number as so many octets: "00:00:00:64". */
  number(name: string, value: number, octets: number): void {
    const digits = value.toString(16).padStart(2 * octets, "0");
    this.add(name, digits.replaceAll(/..(?=.)/g, "$&:"));
  }

  /** Flags of an octet or more, by the field of each bit. */
  flags(value: number, bits: Readonly<Record<string, number>>): void {
    for (const [name, bit] of Object.entries(bits)) this.add(name, (value & bit) !== 0);
  }
}

/** "0a:00:00:01" */
export function colons(value: Uint8Array): string {
  return Array.from(value, (octet) => octet.toString(16).padStart(2, "0")).join(":");
}

/** Octets of an address's text. */
export function octetsOf(address: string): readonly number[] {
  const ipv4 = parseIPv4(address);
  if (ipv4 !== null) return [ipv4 >>> 24, (ipv4 >>> 16) & 0xff, (ipv4 >>> 8) & 0xff, ipv4 & 0xff];
  return [...parseIPv6(address)!];
}

/** Octets of a route distinguisher (RFC 4364 section 4.2) from its text. */
export function distinguisherOctets(text: string): Uint8Array {
  const [administrator, number] = text.split(":") as [string, string];
  const octets = Buffer.alloc(8);
  if (text.startsWith("0x")) return Buffer.from(text.slice(2), "hex");
  if (administrator.includes(".")) {
    octets.writeUInt16BE(1, 0);
    octets.set(octetsOf(administrator), 2);
    octets.writeUInt16BE(Number(number), 6);
  } else if (administrator.endsWith("L") || Number(administrator) > 0xffff) {
    octets.writeUInt16BE(2, 0);
    octets.writeUInt32BE(Number.parseInt(administrator, 10), 2);
    octets.writeUInt16BE(Number(number), 6);
  } else {
    octets.writeUInt16BE(Number(administrator), 2);
    octets.writeUInt32BE(Number(number), 4);
  }
  return octets;
}

/** A number of four octets with a point as Wireshark writes it: six digits. */
export function decimalOfFloat(value: number): string {
  if (value !== 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-4)) {
    const [digits, exponent] = value.toExponential(5).split("e") as [string, string];
    return `${Number(digits)}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
  }
  return String(Number(value.toPrecision(6)));
}
