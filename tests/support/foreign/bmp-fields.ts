// What Wireshark's dissector of BMP is to say of a message: its names, our values.
import type { BmpMessage, BmpPeerHeader, BmpStatistic, StatisticsReportMessage } from "@bgpwire/capture";
import { addressVersion, encodeUtf8, toHex } from "@bgpwire/core";
import { encodeRouteDistinguisher } from "@bgpwire/decoder";

/** Values by the name that tshark's JSON has. */
export type BmpFields = Map<string, (string | boolean)[]>;

const TYPES: Readonly<Record<Exclude<BmpMessage["kind"], "unknown">, number>> = {
  routeMonitoring: 0,
  statisticsReport: 1,
  peerDown: 2,
  peerUp: 3,
  initiation: 4,
  termination: 5,
  routeMirroring: 6,
};

/** Its names of statistics by type: those of RFC 7854 and RFC 8671. */
const STATISTICS: Readonly<Record<number, string>> = {
  0: "prefix_rej",
  1: "prefix_dup",
  2: "withdraw_dup",
  3: "cluster_loop",
  4: "as_loop",
  5: "inv_originator",
  6: "as_confed_loop",
  7: "routes_adj_rib_in",
  8: "routes_loc_rib",
  9: "routes_per_adj_rib_in",
  10: "routes_per_loc_rib",
  11: "update_treat",
  12: "prefixes_treat",
  13: "duplicate_update",
  14: "routes_pre_adj_rib_out",
  15: "routes_post_adj_rib_out",
  16: "routes_pre_per_adj_rib_out",
  17: "routes_post_per_adj_rib_out",
};

/** The fields of a message. @param octets of the whole message */
export function bmpFields(message: BmpMessage, octets: number): BmpFields {
  const writer = new FieldsWriter();
  writer.add("version", message.version);
  writer.add("length", octets);
  writer.add("type", message.kind === "unknown" ? message.type : TYPES[message.kind]);
  if ("peer" in message) addPeer(message.peer, writer);
  switch (message.kind) {
    case "statisticsReport":
      addStatistics(message, writer);
      break;
    case "peerDown":
      writer.add("peer_down_reason", message.reason);
      break;
    case "peerUp":
      addAddress("peer_up", message.localAddress, message.peer, writer);
      writer.add("peer_up_port_local", message.localPort);
      writer.add("peer_up_port_remote", message.remotePort);
      for (const tlv of message.tlvs) addTlv("init", tlv, writer);
      break;
    case "initiation":
      for (const tlv of message.tlvs) addTlv("init", tlv, writer);
      break;
    case "termination":
      for (const tlv of message.tlvs) {
        if (tlv.name === "reason") {
          writer.add("term_type", 1);
          writer.add("term_length", 2);
          writer.add("term_reason", tlv.code);
        } else {
          addTlv("term", tlv, writer);
        }
      }
      break;
    default:
  }
  return writer.fields;
}

class FieldsWriter {
  readonly fields: BmpFields = new Map();

  add(name: string, value: string | number | boolean): void {
    const key = `bmp_${name}`;
    const values = this.fields.get(key) ?? [];
    values.push(typeof value === "number" ? String(value) : value);
    this.fields.set(key, values);
  }
}

function addPeer(peer: BmpPeerHeader, writer: FieldsWriter): void {
  const { type, flags } = peer;
  writer.add("peer_type", type);
  writer.add("peer_flags", `0x${flags.toString(16).padStart(2, "0")}`);
  const bit = (name: string, mask: number): void => writer.add(`peer_flags_${name}`, (flags & mask) !== 0);
  if (type === 3) {
    bit("loc_rib", 0x80);
    bit("loc_rib_res", 0x7f);
  } else {
    bit("ipv6", 0x80);
    bit("post_policy", 0x40);
    bit("as_path", 0x20);
    bit("adj_rib_out", 0x10);
    bit("reserved", 0x0f);
  }
  writer.add("peer_distinguisher", colons(encodeRouteDistinguisher(peer.distinguisher)));
  addAddress("peer", peer.address, peer, writer);
  writer.add("peer_asn", peer.as);
  writer.add("peer_id", peer.bgpIdentifier);
  writer.add("peer_timestamp_sec", peer.seconds);
  writer.add("peer_timestamp_msec", peer.microseconds);
}

function addAddress(name: string, address: string, { type, flags }: BmpPeerHeader, writer: FieldsWriter): void {
  if (addressVersion(address) === 6 || (type !== 3 && (flags & 0x80) !== 0)) {
    writer.add(`${name}_ipv6_addr`, address);
  } else {
    writer.add("unused", colons(new Uint8Array(12)));
    writer.add(`${name}_ip_addr`, address);
  }
}

function addStatistics({ statistics, count }: StatisticsReportMessage, writer: FieldsWriter): void {
  writer.add("stats_count", count ?? statistics.length);
  for (const statistic of statistics) {
    const data = statisticData(statistic);
    writer.add("stats_type", statistic.type);
    writer.add("stats_length", data.length);
    writer.add("stats_data", colons(data));
    const name = STATISTICS[statistic.type];
    if (statistic.name === "raw" || name === undefined) continue;
    if ("afi" in statistic) {
      writer.add(`stats_data_${name}_afi`, statistic.afi);
      writer.add(`stats_data_${name}_safi`, statistic.safi);
    }
    writer.add(`stats_data_${name}`, statistic.value);
  }
}

function statisticData(statistic: BmpStatistic): Uint8Array {
  if (statistic.name === "raw") return statistic.value;
  const { value } = statistic;
  const octets = Buffer.alloc("afi" in statistic ? 11 : typeof value === "number" ? 4 : 8);
  if ("afi" in statistic) {
    octets.writeUInt16BE(statistic.afi);
    octets[2] = statistic.safi;
  }
  if (typeof value === "number") octets.writeUInt32BE(value);
  else octets.writeBigUInt64BE(BigInt(value), octets.length - 8);
  return octets;
}

function addTlv(
  message: "init" | "term",
  tlv: { readonly type: number; readonly text?: string; readonly value?: Uint8Array },
  writer: FieldsWriter,
): void {
  const octets = tlv.value ?? encodeUtf8(tlv.text ?? "");
  writer.add(`${message}_type`, tlv.type);
  writer.add(`${message}_length`, octets.length);
  writer.add(`${message}_info`, tlv.text ?? "");
}

function colons(octets: Uint8Array): string {
  return toHex(octets).replaceAll(/..(?!$)/g, "$&:");
}
