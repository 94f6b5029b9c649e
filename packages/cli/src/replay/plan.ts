// What `bgpwire replay` is asked for, and what of it the capture tells.
import { lookup } from "node:dns/promises";
import {
  addPath,
  addressVersion,
  multiprotocol,
  normaliseAddress,
  routeRefresh,
  type Capability,
  type PeerOptions,
} from "@bgpwire/core";
import { InputError, quote } from "../config/input-error.ts";
import type { Part } from "./survey.ts";

/** What was asked for. */
export interface ReplayOptions {
  readonly file: string;
  /** ADDRESS or NAME, with `:PORT`, which is 179 where it is not there. */
  readonly to: string;
  /** Whose side is played; null: that of whom the capture has the most of. */
  readonly from: string | null;
  /** How many times as fast as it was captured; Infinity: as fast as the router takes it. */
  readonly speed: number;
  /** Null: what the capture has. */
  readonly as: number | null;
  readonly routerId: string | null;
  /** Source address of the connection; null: any. */
  readonly local: string | null;
  /** End when everything has been sent. */
  readonly once: boolean;
  /** Null: text on a terminal, else JSON. */
  readonly format: "text" | "json" | null;
}

/** Our side is the sender's: its OPEN where the capture has it, else what its UPDATEs show. */
export async function peerOptions(
  { sender, open, families, addPath: withPaths }: Part,
  options: ReplayOptions,
): Promise<PeerOptions> {
  const { address, port } = await destination(options.to);
  const four = open?.capabilities.find((one) => one.name === "fourOctetAs");
  const as = options.as ?? four?.as ?? open?.myAs ?? sender.as;
  if (as === null)
    throw new InputError(`--as: ${options.file} does not tell the AS number of ${sender.address}; give it`);
  // Captures that do not tell the sender's address have the unspecified one.
  const own = addressVersion(sender.address) === 4 && sender.address !== "0.0.0.0" ? sender.address : null;
  const routerId = options.routerId ?? open?.identifier ?? sender.bgpIdentifier ?? own;
  if (routerId === null) {
    throw new InputError(
      `--router-id: ${options.file} does not tell the BGP Identifier of ${sender.address}; give one`,
    );
  }
  const shown: Capability[] = [...families.values()].map(({ afi, safi }) => multiprotocol(afi, safi));
  const paths = [...withPaths.values()].map(({ afi, safi }) => ({ afi, safi, direction: "send" as const }));
  return {
    remoteAddress: address,
    remotePort: port,
    ...(options.local === null ? {} : { localAddress: options.local }),
    localAs: as,
    remoteAs: "any",
    routerId,
    connectRetryTime: 1,
    capabilities: open?.capabilities ?? [...shown, routeRefresh(), ...(paths.length === 0 ? [] : [addPath(paths)])],
    ...(open === null ? {} : { holdTime: open.holdTime, fourOctetAs: four !== undefined }),
  };
}

const BGP_PORT = 179;

/** `ADDRESS`, `ADDRESS:PORT`, `[ADDRESS]:PORT`, and the same with a name. */
async function destination(to: string): Promise<{ readonly address: string; readonly port: number }> {
  const alone = normaliseAddress(to);
  if (alone !== null) return { address: alone, port: BGP_PORT };
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(to);
  const port = Number(match?.[3] ?? BGP_PORT);
  if (match === null || port < 1 || port > 65_535) {
    throw new InputError(`--to: ${quote(to)} is not accepted; give HOST:PORT, an IPv6 address in brackets`);
  }
  const host = (match[1] ?? match[2])!;
  const address = normaliseAddress(host);
  if (address !== null) return { address, port };
  const found = await lookup(host).catch(() => null);
  if (found === null) throw new InputError(`--to: there is no address of ${quote(host)}`);
  return { address: found.address, port };
}
