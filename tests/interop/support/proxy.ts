// Makes a connection collision certain. Both speakers dial the proxy; once both have, it dials on to both from the
// address of the other, so each sees the connection it would have seen, and what was sent meanwhile is passed on when the
// test says so. Only data waits, never the handshake.
import { connect, createServer, type Server, type Socket } from "node:net";
import { until } from "./until.ts";

/** One side: where it dials from, where it listens, and the port of the proxy the other side is told to dial. */
export interface Side {
  readonly address: string;
  /** Its own listening port. */
  readonly port: number;
  /** The proxy's port on this side's address. */
  readonly proxyPort: number;
}

/** A proxy between two sides. */
export interface Proxy {
  /** Waits until both sides have dialled, and connects both onwards; data still waits. */
  bothDialled(): Promise<void>;
  /** Lets the data of connections that this side dialled pass, from now on. */
  release(dialler: "ours" | "router"): void;
  close(): Promise<void>;
}

interface Pair {
  readonly near: Socket;
  far: Socket | null;
}

/** Listens for both sides on the other's address. */
export async function startProxy(ours: Side, router: Side): Promise<Proxy> {
  const pairs: { ours: Pair[]; router: Pair[] } = { ours: [], router: [] };
  const released = { ours: false, router: false };
  const sockets = new Set<Socket>();
  let onward = false;

  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  };
  const pass = (pair: Pair): void => {
    const { near, far } = pair;
    if (far === null) return;
    // A reset on one side is a reset on the other: half-closes go through `pipe`.
    near.once("close", () => far.destroy());
    far.once("close", () => near.destroy());
    near.pipe(far);
    far.pipe(near);
  };
  const goOn = (dialler: "ours" | "router", pair: Pair): void => {
    const target = dialler === "ours" ? router : ours;
    const source = dialler === "ours" ? ours : router;
    const far = connect({
      host: target.address,
      port: target.port,
      localAddress: source.address,
      allowHalfOpen: true,
    });
    keep(far);
    far.once("error", () => pair.near.destroy());
    pair.near.once("close", () => far.destroy());
    far.once("connect", () => {
      pair.far = far;
      if (released[dialler]) pass(pair);
    });
  };
  const listen = (dialler: "ours" | "router"): Promise<Server> => {
    const side = dialler === "ours" ? router : ours;
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (near) => {
      keep(near);
      const pair: Pair = { near, far: null };
      pairs[dialler].push(pair);
      near.once("close", () => {
        pairs[dialler] = pairs[dialler].filter((p) => p !== pair);
      });
      if (onward) goOn(dialler, pair);
    });
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(side.proxyPort, side.address, () => resolve(server));
    });
  };
  const servers = await Promise.all([listen("ours"), listen("router")]);
  return {
    async bothDialled() {
      await until("both sides to dial", () => pairs.ours.length > 0 && pairs.router.length > 0);
      onward = true;
      for (const dialler of ["ours", "router"] as const) for (const pair of pairs[dialler]) goOn(dialler, pair);
      await until("both connections to go through", () =>
        (["ours", "router"] as const).every((dialler) => pairs[dialler].every((pair) => pair.far !== null)),
      );
    },
    release(dialler) {
      released[dialler] = true;
      for (const pair of pairs[dialler]) pass(pair);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
