// BFD as somebody else runs it (RFC 5882): what it says ends sessions (RFC 9384), ends the wait of those that are not to be
// without it (draft-ietf-idr-bgp-bfd-strict-mode), and says whether routes may outlive them.
import { bfdDown, step } from "../connection/fsm.ts";
import { hardReset } from "../message/notification.ts";
import type { PeerInput } from "../session/io.ts";
import type { Context } from "./context.ts";
import { dropStale } from "./retention.ts";
import { hasValidOpen } from "./tell.ts";

export function bfd(
  p: Context,
  { status, controlPlaneIndependent = false }: Extract<PeerInput, { type: "bfd" }>,
): void {
  const s = p.state;
  const before = s.bfd;
  s.bfd = status;
  if (status !== "down") {
    const name = status === "up" ? "BfdUp" : "BfdAdminDown";
    for (const c of s.connections.filter((one) => one.awaitsBfd)) step(p.owner, c, { name });
    return;
  }
  // A session may have come up without BFD since it said so; it is lost when BFD was up in between.
  if (before === "down") return;
  for (const c of s.connections.filter((one) => hasValidOpen(one) && !one.awaitsBfd)) {
    // RFC 9384 section 4: where no routes are to be retained it stands inside a Hard Reset (RFC 8538).
    const hard = controlPlaneIndependent && c.state === "Established" && c.negotiated!.gracefulNotification;
    step(p.owner, c, { name: "BfdDown", notification: hard ? hardReset(bfdDown()) : bfdDown() });
  }
  // RFC 5882 section 4.3.1: "any Graceful Restart in progress at the time of the BFD session failure SHOULD be aborted". Without
  // the C bit BFD may have failed with the restart itself, and it goes on (section 4.3.2).
  if (controlPlaneIndependent) dropStale(p, "bfdDown");
}
