// Lets web pages speak BGP: WebSockets in, TCP out, for examples/transports/websocket.ts, where the few words between the two are
// explained. Needs `npm install ws`.
//
//   node examples/websocket-proxy.ts --listen 127.0.0.1:1791 --allow 127.0.0.1:179 --allow '[2001:db8::1]:179' --origin http://127.0.0.1:8000
//
// It connects to what --allow names and to nothing else (an address without a port is all of its ports), and takes pages of the
// origins that --origin names: any page in a browser may try to open a WebSocket to loopback. Programs send no origin and may come.
import { connect, isIP, type AddressInfo, type Socket } from "node:net";
import { WebSocketServer, type RawData, type WebSocket } from "ws";
import { fail, many, one, readOptions, text } from "./options.ts";

const options = readOptions({
  listen: one(text, "127.0.0.1:1791"),
  allow: many(text),
  origin: many(text),
});

if (options.allow.length === 0) fail("nothing to connect to: give --allow ADDRESS:PORT");

/** Octets of one message of a WebSocket, at most. */
const MAX_PAYLOAD = 65_536;

/** Why a connection has ended, where it was not in order: one of the codes that programs may use (RFC 6455 section 7.4.2). */
const BROKEN = 4000;

/** The target of a request, or null where it may not have one. */
function targetOf({ url = "" }: { readonly url?: string | undefined }) {
  const query = new URLSearchParams(url.replace(/^[^?]*/, ""));
  const [host, port] = [query.get("address") ?? "", Number(query.get("port"))];
  const allowed = [host, host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`];
  if (!allowed.some((target) => options.allow.includes(target))) return null;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return null;
  const localAddress = query.get("localAddress");
  if (localAddress === null) return { host, port };
  return isIP(localAddress) === 0 ? null : { host, port, localAddress };
}

function serve(tunnel: WebSocket, socket: Socket): void {
  let writing = false;
  const broken = (reason: string): void => {
    socket.destroy();
    tunnel.close(BROKEN, reason.slice(0, 100));
  };

  socket.setNoDelay(true);
  socket.on("connect", () => {
    const { localAddress, localPort, remoteAddress, remotePort } = socket;
    tunnel.send(JSON.stringify({ localAddress, localPort, remoteAddress, remotePort }));
  });
  socket.on("data", (octets) => {
    socket.pause();
    tunnel.send(octets);
  });
  socket.on("end", () => tunnel.send("end"));
  socket.on("error", ({ message }) => broken(message));
  socket.on("close", () => tunnel.close(1000));

  tunnel.on("message", (data: RawData, binary) => {
    if (!binary) {
      if (String(data) === "more") socket.resume();
      else if (String(data) === "end") socket.end();
    } else if (writing) {
      broken("octets came before the last were taken");
    } else {
      writing = true;
      socket.write(data as Buffer, () => {
        writing = false;
        tunnel.send("more");
      });
    }
  });
  tunnel.on("error", () => {}); // The close comes too.
  tunnel.on("close", () => socket.destroy());
}

const [, host, port] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(options.listen) ?? [];
if (host === undefined || Number(port) > 65_535) {
  fail(`--listen: ${options.listen} is not accepted; give ADDRESS:PORT`);
}
const server = new WebSocketServer({
  host,
  port: Number(port),
  perMessageDeflate: false,
  maxPayload: MAX_PAYLOAD,
  verifyClient: ({ req, origin }: { readonly req: { readonly url?: string | undefined }; readonly origin?: string }) =>
    targetOf(req) !== null && (origin === undefined || options.origin.includes(origin)),
});
server.on("connection", (tunnel, request) => serve(tunnel, connect({ ...targetOf(request)!, allowHalfOpen: true })));
server.on("error", ({ message }) => fail(message, 1));
server.on("listening", () => {
  const { address, port } = server.address() as AddressInfo;
  console.log(`listening on ${address} port ${port}`);
});
