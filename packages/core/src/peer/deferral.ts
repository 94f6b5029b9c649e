// After a restart of ours, route selection waits until the peers have told all their routes (RFC 4724 section 4.1). Each peer
// says when it need not be waited for any more; until then its OPENs have the R bit.
import type { Connection } from "../connection/state.ts";
import { NEVER } from "../connection/state.ts";
import type { Family } from "../message/capability.ts";
import type { PeerSettings } from "../session/check-options.ts";
import type { SelectionCause } from "../session/io.ts";
import { familiesOf, includesFamily, isFamily } from "../session/negotiated.ts";
import type { Context } from "./context.ts";
import { NOTHING } from "./state.ts";
import { emit } from "./tell.ts";

/** The families that wait for a peer at first. */
export function deferredFamilies({ gracefulRestart, capabilities }: PeerSettings): readonly Family[] {
  if (gracefulRestart?.restarting !== true) return NOTHING;
  const offered = familiesOf(capabilities);
  const others = gracefulRestart.families.filter((family) => !includesFamily(offered, family));
  return offered.concat(others.map(({ afi, safi }) => ({ afi, safi })));
}

/** The peer starts: the Selection_Deferral_Timer runs. */
export function beginDeferral(p: Context): void {
  const s = p.state;
  if (s.deferred.length === 0 || s.selectionDeferral !== NEVER) return;
  // Options may have changed since.
  s.selectionDeferral = s.now + (p.settings.gracefulRestart?.selectionDeferralTime ?? 0);
}

/** RFC 4724 section 4.1: peers that have restarted themselves, and those without graceful restart, are not waited for. */
export function deferFor(p: Context, c: Connection): void {
  const { families, gracefulRestart } = c.negotiated!;
  for (const family of p.state.deferred) {
    if (gracefulRestart === null || !includesFamily(families, family)) release(p, family, "notNegotiated");
    else if (gracefulRestart.restarting) release(p, family, "restartState");
  }
}

/** Route selection of a family, or of all, need not wait for this peer any more. */
export function endDeferral(p: Context, cause: SelectionCause, only: Family | null = null): void {
  for (const family of p.state.deferred) if (only === null || isFamily(only)(family)) release(p, family, cause);
}

function release(p: Context, family: Family, cause: SelectionCause): void {
  const s = p.state;
  s.deferred = s.deferred.filter((one) => one !== family);
  if (s.deferred.length === 0) s.selectionDeferral = NEVER;
  emit(p, { type: "selection", afi: family.afi, safi: family.safi, cause });
}
