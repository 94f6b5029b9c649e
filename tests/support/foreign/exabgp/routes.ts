// Routes in ExaBGP's words: a row for each kind.
import { isRawNlri, type Nlri, type NlriKind, type NlriOfKind } from "@bgpwire/decoder";
import { dotted } from "./communities.ts";
import type { Json } from "./json.ts";
import { exabgpLinkStateRoute } from "./link-state.ts";

type Writers = { readonly [K in NlriKind]?: (nlri: NlriOfKind[K], nextHop: string) => Json };

const WRITERS: Writers = {
  linkState: exabgpLinkStateRoute,
  prefix: ({ prefix }) => ({ nlri: prefix }),
};

/** A route; null where there are no words for it. */
export function exabgpRoute(kind: NlriKind, nlri: Nlri, nextHop: string): Json {
  const write = WRITERS[kind] as ((nlri: Nlri, nextHop: string) => Json) | undefined;
  if (write === undefined || isRawNlri(nlri)) return null;
  const route = write(nlri, nextHop);
  return nlri.pathId === undefined || route === null
    ? route
    : { ...(route as Readonly<Record<string, Json>>), "path-information": dotted(nlri.pathId) };
}
