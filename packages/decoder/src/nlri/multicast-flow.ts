// What routes of multicast VPNs and of EVPN are about: a source and a group, each an octet of length in bits and an address.
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { readOptionalAddress, writeSizedAddress } from "./sized-address.ts";

/** A source and a group, IPv4 or IPv6 each. */
export interface MulticastFlow {
  /** Null: any source, a length of 0 on the wire. */
  readonly multicastSource: string | null;
  /** Null: any group, a length of 0 on the wire. */
  readonly multicastGroup: string | null;
}

/** Reads both; lengths other than 0, 32 and 128 fail the reader. */
export function readMulticastFlow(reader: FieldReader): MulticastFlow {
  const multicastSource = readOptionalAddress(reader, "Multicast Source Length", "Multicast Source");
  return { multicastSource, multicastGroup: readOptionalAddress(reader, "Multicast Group Length", "Multicast Group") };
}

/** Writes both. @throws ConfigError `invalid-value` where one is no address */
export function writeMulticastFlow(flow: MulticastFlow, writer: OctetWriter): void {
  writeSizedAddress(flow.multicastSource, "multicastSource", writer);
  writeSizedAddress(flow.multicastGroup, "multicastGroup", writer);
}
