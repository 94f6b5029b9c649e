// Values of a message under the names Wireshark has for them, in the order of the message: what it is compared by.

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

  /** Flags of an octet or more, by the field of each bit. */
  flags(value: number, bits: Readonly<Record<string, number>>): void {
    for (const [name, bit] of Object.entries(bits)) this.add(name, (value & bit) !== 0);
  }
}

/** "0a:00:00:01" */
export function colons(value: Uint8Array): string {
  return Array.from(value, (octet) => octet.toString(16).padStart(2, "0")).join(":");
}
