// Dialling peers without a number: whoever advertises itself as a router on a link is dialled there, in the listen range of that
// link, as whoever connects is accepted.
import { ConfigError, type Speaker } from "@bgpwire/core";
import { routersOnLink } from "./neighbour-table.ts";
import { socketPlatform } from "./system-calls.ts";

/** Milliseconds until the next look where nobody is to be dialled. */
const LOOK = 1_000;

/** Milliseconds after a dial: the default of `connectRetryTime`, so that nobody is dialled more often. */
const DIALLED = 5_000;

/**
 * Dials the routers of a link, whose addresses the kernel has learned from their Router Advertisements, until it is ended. The
 * speaker needs a listen range that has them, such as `fe80::%eth0/10`, which says who they may be; one whose session or dial has ended is
 * dialled again after five seconds. Linux only; needs what options of sockets need.
 *
 * @param device such as `eth0`; while it is not there nobody is dialled
 * @returns ends it; sessions go on. Until then the process goes on too, as it does for a peer that is dialled
 * @throws ConfigError `invalid-value` with field `device`, where that cannot be done
 * @example
 * speaker.addListenRange({ prefix: "fe80::%eth0/10", localAs: 65001, remoteAs: "external" });
 * const stop = dialRouters(speaker, "eth0");
 */
export function dialRouters(speaker: Speaker, device: string): () => void {
  if (!socketPlatform.linux) throw refused(`needs Linux; this is ${socketPlatform.name}`);
  const name = new TextEncoder().encode(`${device}\0`);
  const look = (): boolean => {
    const system = socketPlatform.calls();
    const index = system.if_nametoindex(name);
    if (index === 0) return false;
    const routers = routersOnLink(system, index).map((address) => `${address}%${device}`);
    const missing = routers.filter((address) => speaker.getPeer(address) === null);
    return missing.filter((address) => speaker.dialInRange(address) !== null).length > 0;
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = (milliseconds: number): void => {
    timer = setTimeout(() => {
      let dialled = false;
      try {
        dialled = look();
      } catch {
        // No descriptor or no memory at the moment.
      }
      again(dialled ? DIALLED : LOOK);
    }, milliseconds);
  };
  try {
    again(look() ? DIALLED : LOOK);
  } catch (error) {
    throw refused((error as Error).message);
  }
  return () => clearTimeout(timer);
}

function refused(why: string): ConfigError {
  return new ConfigError("invalid-value", "device", why);
}
