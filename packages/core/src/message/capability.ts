// Capabilities of the OPEN message (RFC 5492): one typed value per code with a defined format, raw bytes for the rest.
// The order of this file is the order of the IANA registry; decode and encode of each stand side by side.

/** An address family with its subsequent family, as numbers of the IANA registries. */
export interface Family {
  readonly afi: number;
  readonly safi: number;
}

/**
 * One capability. `code` is the number on the wire; `name` tells the arms apart. A capability with an unknown code, or a
 * known one whose value does not have the defined length, is `raw` and keeps its bytes: RFC 5492 has no error for it.
 */
export type Capability =
  | { readonly name: "multiprotocol"; readonly code: 1; readonly afi: number; readonly safi: number }
  | { readonly name: "routeRefresh"; readonly code: 2 }
  | { readonly name: "outboundRouteFiltering"; readonly code: 3 | 130; readonly entries: readonly OrfEntry[] }
  | { readonly name: "extendedNextHop"; readonly code: 5; readonly entries: readonly ExtendedNextHopEntry[] }
  | { readonly name: "extendedMessage"; readonly code: 6 }
  | {
      readonly name: "bgpsec";
      readonly code: 7;
      readonly version: number;
      readonly direction: "send" | "receive";
      readonly afi: number;
    }
  | { readonly name: "multipleLabels"; readonly code: 8; readonly entries: readonly MultipleLabelsEntry[] }
  | { readonly name: "role"; readonly code: 9; readonly role: number }
  | {
      readonly name: "gracefulRestart";
      readonly code: 64;
      readonly restarting: boolean;
      readonly notification: boolean;
      readonly restartTime: number;
      readonly families: readonly GracefulRestartFamily[];
    }
  | { readonly name: "fourOctetAs"; readonly code: 65; readonly as: number }
  | { readonly name: "dynamicCapability"; readonly code: 67 | 66; readonly capabilities: readonly number[] }
  | {
      readonly name: "multisession";
      readonly code: 68 | 131;
      readonly flags: number;
      readonly capabilities: readonly number[];
    }
  | { readonly name: "addPath"; readonly code: 69; readonly entries: readonly AddPathEntry[] }
  | { readonly name: "enhancedRouteRefresh"; readonly code: 70 }
  | {
      readonly name: "longLivedGracefulRestart";
      readonly code: 71;
      readonly families: readonly LongLivedGracefulRestartFamily[];
    }
  | { readonly name: "fqdn"; readonly code: 73; readonly hostName: string; readonly domainName: string }
  | { readonly name: "bfdStrict"; readonly code: 74 }
  | { readonly name: "softwareVersion"; readonly code: 75; readonly version: string }
  | { readonly name: "pathsLimit"; readonly code: 76; readonly entries: readonly PathsLimitEntry[] }
  | { readonly name: "routeRefreshCisco"; readonly code: 128 }
  | { readonly name: "raw"; readonly code: number; readonly value: Uint8Array };

/** RFC 5291 section 4 (code 3) and its pre-standard twin 130. */
export interface OrfEntry extends Family {
  readonly types: readonly { readonly type: number; readonly direction: "receive" | "send" | "both" }[];
}

/** RFC 8950 section 4: NLRI of this family may carry a next hop of `nextHopAfi`. */
export interface ExtendedNextHopEntry extends Family {
  readonly nextHopAfi: number;
}

/** RFC 8277 section 2.1: how many labels the sender can process. */
export interface MultipleLabelsEntry extends Family {
  readonly count: number;
}

/** RFC 4724 section 3. */
export interface GracefulRestartFamily extends Family {
  readonly forwardingPreserved: boolean;
}

/** RFC 9494 section 3.1; stale time in seconds, 0 to 16777215. */
export interface LongLivedGracefulRestartFamily extends Family {
  readonly forwardingPreserved: boolean;
  readonly staleTime: number;
}

/** RFC 7911 section 4: what the sender of the capability can do. */
export interface AddPathEntry extends Family {
  readonly direction: "receive" | "send" | "both";
}

/** draft-ietf-idr-bgp-add-path-paths-limit: most paths per prefix the sender wants to receive. */
export interface PathsLimitEntry extends Family {
  readonly limit: number;
}
