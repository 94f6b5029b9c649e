// The flags that say which table of a peer a message is about (RFC 7854 section 4.2, RFC 8671 section 4).
import type { Rib } from "../event.ts";
import { BmpPeerFlag } from "./numbers.ts";

/** By table; that of a Loc-RIB is said by the peer's type. */
export const RIB_FLAGS: Readonly<Record<Exclude<Rib, "locRib">, number>> = {
  adjRibIn: 0,
  adjRibInPost: BmpPeerFlag.L,
  adjRibOut: BmpPeerFlag.O,
  adjRibOutPost: BmpPeerFlag.O | BmpPeerFlag.L,
};
