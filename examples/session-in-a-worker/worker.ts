// A looking glass as a Cloudflare Worker: a request makes a BGP session, reads the peer's table to its end and answers with it as JSON.
//
//   npx rolldown examples/session-in-a-worker/worker.ts --format esm --external cloudflare:sockets --file examples/session-in-a-worker/worker.js
//   ROUTER=127.0.0.1 ROUTER_PORT=1790 ROUTER_AS=65001 LOCAL_AS=65002 npx workerd serve examples/session-in-a-worker/config.capnp
//   curl http://127.0.0.1:8080/
//
// Whom it asks stands in its bindings and not in the request, so that nobody else can make it connect anywhere.
import { Afi, familyName, multiprotocol, Safi } from "@bgpwire/core";
import { contextOf, decodeUpdate, formatNlri, routesOf } from "@bgpwire/decoder";
import { workerSockets } from "../transports/cloudflare-sockets.ts";
import { diallingSpeaker } from "../transports/dialling.ts";

interface Bindings {
  readonly ROUTER: string;
  readonly ROUTER_PORT: string;
  readonly ROUTER_AS: string;
  readonly LOCAL_AS: string;
  /** `on`: the router, or what stands before it, speaks TLS. */
  readonly TLS?: string | null;
}

/** Milliseconds that a table may take, and routes that are kept of it. */
const PATIENCE = 20_000;
const MAX_ROUTES = 100_000;

const FAMILIES = [multiprotocol(Afi.IPv4, Safi.Unicast), multiprotocol(Afi.IPv6, Safi.Unicast)];

/** What a session told. */
interface Table {
  readonly states: readonly string[];
  readonly routes: readonly string[];
  /** Why it is not whole, or null. */
  readonly problem: string | null;
}

async function tableOf({ ROUTER, ROUTER_PORT, ROUTER_AS, LOCAL_AS, TLS }: Bindings): Promise<Table> {
  const states: string[] = [];
  const routes = new Set<string>();
  const open = new Set<string>();
  // What ends it first counts.
  let ends!: (problem: string | null) => void;
  const ended = new Promise<string | null>((resolve) => (ends = resolve));
  const speaker = diallingSpeaker(
    {
      routerId: "192.0.2.99",
      onEvent: (event) => event.type === "dialFailed" && ends(`no connection: ${event.reason}`),
    },
    workerSockets(TLS === "on" ? "on" : "off"),
  );
  const peer = {
    remoteAddress: ROUTER,
    remotePort: Number(ROUTER_PORT),
    localAs: Number(LOCAL_AS),
    remoteAs: Number(ROUTER_AS),
    capabilities: FAMILIES,
  };
  speaker.addPeer(peer, {
    onStateChange: (_peer, { from, to }) => void states.push(`${from} → ${to}`),
    onEstablished: ({ negotiated }) => {
      for (const family of negotiated.families) open.add(familyName(family));
      const context = contextOf(negotiated);
      return (body) => {
        const { update, issues, notification } = decodeUpdate(body, context);
        const { announced, withdrawn } = routesOf(update, issues);
        for (const route of announced) routes.add(formatNlri(route.kind, route));
        for (const route of withdrawn) routes.delete(formatNlri(route.kind, route));
        if (routes.size > MAX_ROUTES) ends(`more than ${MAX_ROUTES} routes`);
        return notification;
      };
    },
    onEndOfRib: (_session, family) => {
      open.delete(familyName(family));
      if (open.size === 0) ends(null);
    },
    onClose: (_session, { text }) => ends(text),
  });
  const timer = setTimeout(() => ends(`no whole table within ${PATIENCE / 1000} s`), PATIENCE);
  await speaker.start();
  const problem = await ended;
  clearTimeout(timer);
  await speaker.stop("the table was read");
  return { states, routes: [...routes].sort(), problem };
}

export default {
  async fetch(_request: Request, bindings: Bindings): Promise<Response> {
    const table = await tableOf(bindings);
    return Response.json(table, { status: table.problem === null ? 200 : 502 });
  },
};
