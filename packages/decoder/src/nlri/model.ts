// The shapes that routes have, by kind. A kind belongs to one family or to several.
import type { CarNlri, VpnCarNlri } from "./car.ts";
import type { EvpnNlri } from "./evpn.ts";
import type { FlowspecNlri, VpnFlowspecNlri } from "./flowspec.ts";
import type { LinkStateNlri, VpnLinkStateNlri } from "./link-state.ts";
import type { LabelStack } from "./label-stack.ts";
import type { McastVplsNlri } from "./mcast-vpls.ts";
import type { MupNlri } from "./mup.ts";
import type { MvpnNlri } from "./mvpn.ts";
import type { SfcNlri } from "./sfc.ts";
import type { SrPolicyNlri } from "./sr-policy.ts";
import type { EncapsulationNlri } from "./encapsulation.ts";
import type { MdtNlri } from "./mdt.ts";
import type { NextHop, OptionalNextHop, OptionalVpnNextHop, VpnNextHop } from "./next-hop.ts";
import type { RouteTargetNlri } from "./route-target.ts";
import type { VplsNlri } from "./vpls.ts";

/** What every route can carry. */
export interface NlriHeader {
  /** The path identifier, 0 to 4294967295; there exactly when the family has ADD-PATH in this context (RFC 7911). */
  readonly pathId?: number;
}

/** A destination of the unicast and multicast families. */
export interface PrefixNlri extends NlriHeader {
  /**
   * Address and length, as `formatPrefix` of the core writes them. Bits behind the length, which mean nothing, are kept as
   * far as they were on the wire: up to the end of the last octet.
   */
  readonly prefix: string;
}

/** A destination with the labels that are bound to it (RFC 8277). */
export interface LabeledPrefixNlri extends PrefixNlri, LabelStack {
  /**
   * The three octets that a withdrawn route has in place of labels, which mean nothing (RFC 8277 section 2.4); absent where
   * they are 0x800000. The `labels` of a withdrawn route are none, and those it is given are not written.
   */
  readonly compatibility?: number;
}

/** A destination in a VPN with the labels that are bound to it (RFC 4364 section 4.3.4, RFC 4659 section 3.2). */
export interface LabeledVpnPrefixNlri extends LabeledPrefixNlri {
  /** Such as "65000:100"; `parseRouteDistinguisher` takes it apart. */
  readonly routeDistinguisher: string;
}

/** A destination in a VPN for choosing the upstream hop of multicast, without labels (RFC 6514 section 10). */
export interface VpnPrefixNlri extends PrefixNlri {
  /** Such as "65000:100"; `parseRouteDistinguisher` takes it apart. */
  readonly routeDistinguisher: string;
}

/** A route that stays bytes: its type is not known (RFC 7606 section 5.4 has it ignored), or it is malformed. */
export interface RawNlri extends NlriHeader {
  readonly name: "raw";
  /** The whole NLRI but for its path identifier. */
  readonly value: Uint8Array;
  /** An issue speaks of it. */
  readonly malformed?: true;
}

/** The shape of a route by kind of family. */
export interface NlriOfKind {
  readonly prefix: PrefixNlri;
  readonly mvpn: MvpnNlri | RawNlri;
  readonly mup: MupNlri | RawNlri;
  readonly car: CarNlri | RawNlri;
  readonly vpnCar: VpnCarNlri | RawNlri;
  readonly srPolicy: SrPolicyNlri | RawNlri;
  readonly evpn: EvpnNlri | RawNlri;
  readonly sfc: SfcNlri | RawNlri;
  readonly linkState: LinkStateNlri | RawNlri;
  readonly vpnLinkState: VpnLinkStateNlri | RawNlri;
  readonly labeledPrefix: LabeledPrefixNlri | RawNlri;
  readonly labeledVpnPrefix: LabeledVpnPrefixNlri | RawNlri;
  readonly vpnPrefix: VpnPrefixNlri | RawNlri;
  readonly encapsulation: EncapsulationNlri | RawNlri;
  readonly mdt: MdtNlri | RawNlri;
  readonly routeTarget: RouteTargetNlri | RawNlri;
  readonly vpls: VplsNlri | RawNlri;
  readonly mcastVpls: McastVplsNlri | RawNlri;
  readonly flowspec: FlowspecNlri | RawNlri;
  readonly vpnFlowspec: VpnFlowspecNlri | RawNlri;
}

/** Names the shape that routes of a family have. */
export type NlriKind = keyof NlriOfKind;

/** The same but for routes that stayed bytes. */
export type ReadNlriOfKind = { readonly [K in NlriKind]: Exclude<NlriOfKind[K], RawNlri> };

/** A route of any family. */
export type Nlri = NlriOfKind[NlriKind] | RawNlri;

/** Whether a route stayed bytes. */
export function isRawNlri(nlri: Nlri): nlri is RawNlri {
  return "name" in nlri && nlri.name === "raw";
}

/** What the next hop of a kind is, where it is something else than an address with perhaps a link-local one. */
interface OtherNextHops {
  readonly vpnCar: VpnNextHop;
  readonly vpnLinkState: VpnNextHop;
  readonly labeledVpnPrefix: VpnNextHop;
  readonly vpnPrefix: VpnNextHop;
  readonly flowspec: OptionalNextHop;
  readonly vpnFlowspec: OptionalVpnNextHop;
}

/** The next hop of routes by kind of family. */
export type NextHopOfKind<K extends NlriKind> = K extends keyof OtherNextHops ? OtherNextHops[K] : NextHop;
