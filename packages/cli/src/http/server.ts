// `bgpwire run --http`: what a run is doing, to be read by HTTP, and nothing that changes it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { addressVersion, listenError } from "@bgpwire/core";
import { InputError } from "../config/input-error.ts";
import type { SocketAddress } from "../config/model.ts";
import { describePeer, describePeerWhole, errorText } from "../output/describe.ts";
import { readPeerChoice, type PeerChoice } from "../run/peer-choice.ts";
import { EXPOSITION_TYPE } from "./exposition.ts";
import { Metrics, type Measured } from "./metrics.ts";
import { inPieces, sendPieces, Turns } from "./pieces.ts";

/** Most connections at one time; further ones are closed at once. */
const MAX_CONNECTIONS = 64;

/** A request line and its headers, in octets; longer ones are answered with 431. */
const MAX_HEADERS = 8192;

/** How long a request may take to come, and a connection may be without one, in milliseconds. */
const REQUEST_TIME = 10_000;

/** How long a reader may take nothing of its answer, in milliseconds. */
const STALLED_TIME = 30_000;

/** Most answers about all peers that are under way at a time; further ones are refused. Each has a few hundred octets of each peer. */
const MAX_TABLES = 8;

const JSON_TYPE = "application/json; charset=utf-8";
const TEXT_TYPE = "text/plain; charset=utf-8";

/** What is answered: a text, or rows of one that are made while they are sent. */
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Iterable<string>;
}

/** The port of a run. */
export class HttpServer {
  readonly #server: Server;
  readonly #metrics: Metrics;
  readonly #measured: Measured;
  readonly #turns = new Turns();
  #tables = 0;

  /** @throws Error one sentence: why the address cannot be had */
  static async listen({ address, port }: SocketAddress, measured: Measured): Promise<HttpServer> {
    const server = new HttpServer(measured);
    try {
      await new Promise<void>((resolve, reject) => {
        server.#server.once("error", reject).listen(port, address, resolve);
      });
    } catch (error) {
      server.#metrics.stop();
      const why = listenError({ address, port }, error);
      throw Object.assign(new Error(`http: ${why.message}`, { cause: error }), { code: why.code });
    }
    server.#server.on("error", () => {});
    return server;
  }

  private constructor(measured: Measured) {
    this.#measured = measured;
    this.#metrics = new Metrics(measured);
    this.#server = createServer(
      {
        maxHeaderSize: MAX_HEADERS,
        headersTimeout: REQUEST_TIME,
        requestTimeout: REQUEST_TIME,
        connectionsCheckingInterval: REQUEST_TIME / 2,
        keepAliveTimeout: REQUEST_TIME,
      },
      (request, response) => this.#serve(request, response),
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.setTimeout(STALLED_TIME);
  }

  /** Where it listens, with the port that the system has chosen. */
  get address(): SocketAddress {
    const { address, port } = this.#server.address() as AddressInfo;
    return { address, port };
  }

  /** Closes all connections. */
  close(): void {
    this.#metrics.stop();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    let answer = refusal(request);
    try {
      answer ??= this.#answer(request.url ?? "");
    } catch (error) {
      answer = text(500, errorText(error));
    }
    const { status, type, body } = answer;
    const whole = typeof body === "string";
    response.writeHead(status, {
      "Content-Type": type,
      ...(whole ? { "Content-Length": Buffer.byteLength(body) } : {}),
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      ...(status === 405 ? { Allow: "GET, HEAD" } : {}),
      // What a refused request has behind its headers is not read.
      ...(status === 405 || status === 413 ? { Connection: "close" } : {}),
    });
    // Node.js leaves the body of an answer to HEAD out.
    if (whole || request.method === "HEAD") response.end(whole ? body : "");
    else void this.#tell(response, body);
  }

  /** An answer that cannot be finished is cut, so that nobody takes it for whole. */
  async #tell(response: ServerResponse, rows: Iterable<string>): Promise<void> {
    this.#tables += 1;
    await sendPieces(response, inPieces(rows), this.#turns).catch(() => response.destroy());
    this.#tables -= 1;
  }

  #answer(url: string): Answer {
    const { speaker, plannedOf } = this.#measured;
    const [, path = "", query = ""] = /^([^?]*)\??(.*)$/s.exec(url)!;
    switch (path) {
      case "/":
        return text(200, "/metrics\n/healthz\n/peers\n/peers/ID");
      case "/healthz":
        return speaker.running ? text(200, "ok") : text(503, "not running");
      case "/metrics":
        return this.#table(query, EXPOSITION_TYPE, (choice) => this.#metrics.rows(choice));
      case "/peers":
        return this.#table(query, JSON_TYPE, (choice) => peersJson(this.#measured, choice));
    }
    const id = /^\/peers\/([^/]+)$/.exec(path)?.[1];
    if (id === undefined) return json(404, { error: "there is no such path; / lists them" });
    const peer = speaker.getPeer(decoded(id));
    if (peer === null) return json(404, { error: "there is no such peer" });
    return json(200, describePeerWhole(peer, plannedOf(peer), performance.now()));
  }

  /** @param rows of the peers that the query asks for */
  #table(query: string, type: string, rows: (choice: PeerChoice | null) => Iterable<string>): Answer {
    let choice: PeerChoice | null;
    try {
      choice = readPeerChoice(new URLSearchParams(query));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return json(400, { error: error.message });
    }
    if (this.#tables < MAX_TABLES) return { status: 200, type, body: rows(choice) };
    return text(503, `${MAX_TABLES} answers about all peers are under way; try again`);
  }
}

/** All peers that are asked for, as JSON. */
function* peersJson({ speaker, plannedOf }: Measured, choice: PeerChoice | null): Generator<string> {
  const now = performance.now();
  yield '{"peers":[';
  let comma = "";
  for (const peer of speaker.peers()) {
    if (choice !== null && !choice(peer, plannedOf)) {
      yield "";
    } else {
      yield comma + JSON.stringify(describePeer(peer, plannedOf(peer), now));
      comma = ",";
    }
  }
  yield "]}\n";
}

/** What is wrong with a request before its path is looked at; null where nothing is. */
function refusal({ method, headers, headersDistinct }: IncomingMessage): Answer | null {
  // A page of a stranger may have its own name resolve to our address (DNS rebinding); its name is in Host then.
  if (!(headersDistinct["host"] ?? [""]).every(isOurs)) return text(421, "Host: give an IP address, or localhost");
  if (method !== "GET" && method !== "HEAD") return text(405, "GET and HEAD alone");
  if (headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) !== 0) {
    return text(413, "no body is taken");
  }
  return null;
}

/** An IP address or `localhost`, with or without a port: what no stranger can make a name of. */
function isOurs(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, "").toLowerCase();
  const address = /^\[(.*)\]$/.exec(name)?.[1];
  return name === "localhost" || (address === undefined ? addressVersion(name) === 4 : addressVersion(address) === 6);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function text(status: number, body: string): Answer {
  return { status, type: TEXT_TYPE, body: `${body}\n` };
}

function json(status: number, value: unknown): Answer {
  return { status, type: JSON_TYPE, body: `${JSON.stringify(value)}\n` };
}
