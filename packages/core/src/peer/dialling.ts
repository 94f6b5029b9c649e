// Dialling: the ConnectRetryTimer of RFC 4271 section 8, its backoff, and who dials first after a collision.
import { NEVER } from "../connection/state.ts";
import type { ConnId, Millis } from "../session/io.ts";
import type { Context } from "./context.ts";
import { emit, hasValidOpen, jitter, tellRestart } from "./tell.ts";

/** Milliseconds of head start for the dominant side after a collision. */
const YIELD_TO_DOMINANT = 1000;

export function dial(p: Context): void {
  const s = p.state;
  const { remoteAddress: address, remotePort: port, localAddress } = p.settings;
  s.dialling = s.nextDial;
  s.nextDial += 2;
  s.connectRetry = s.now + retryDelay(p);
  emit(p, { type: "dial", conn: s.dialling, address, port, localAddress });
}

export function cancelDial(p: Context): void {
  const s = p.state;
  if (s.dialling === null) return;
  emit(p, { type: "cancelDial", conn: s.dialling });
  s.dialling = null;
}

/**
 * A dial that waits for its turn has not begun: its ConnectRetryTimer would drop it and order the next one, which would wait
 * behind all others again, and count as a failure.
 */
export function dialWaits(p: Context, conn: ConnId, on: boolean): void {
  const s = p.state;
  if (s.dialling === conn) s.connectRetry = on ? NEVER : s.now + retryDelay(p);
}

export function dialFailed(p: Context, conn: ConnId, reason: string): void {
  const s = p.state;
  if (s.dialling !== conn) return;
  s.dialling = null;
  s.connectRetry = NEVER;
  s.connectRetryCounter += 1;
  emit(p, { type: "dialFailed", conn, reason });
  tellRestart(p, "TcpConnectionFails", null);
}

/** RFC 4271 section 8: the ConnectRetryTimer, doubled for each failure in a row up to its ceiling. */
function retryDelay(p: Context): Millis {
  const { connectRetryTime, connectRetryTimeMax } = p.settings;
  const doublings = Math.min(30, Math.max(0, p.state.connectRetryCounter - 1));
  return Math.min(connectRetryTime * 2 ** doublings, connectRetryTimeMax) * jitter(p);
}

/** After a collision or a reset: soon, and the dominant side first, so that the two sides do not meet again. */
export function redialDelay(p: Context): Millis {
  const spread = jitter(p);
  return p.state.remoteDominates ? YIELD_TO_DOMINANT * 2 * spread : (YIELD_TO_DOMINANT / 4) * spread;
}

/** Keeps the ConnectRetryTimer running exactly while a dial of ours could help. */
export function arrangeDialling(p: Context): void {
  const s = p.state;
  if (s.dialling !== null) return;
  const wanted =
    s.mode === "running" &&
    !p.settings.passive &&
    !s.connections.some((c) => c.direction === "outbound" || hasValidOpen(c));
  if (!wanted) s.connectRetry = NEVER;
  else if (s.connectRetry === NEVER) s.connectRetry = s.now + retryDelay(p);
}
