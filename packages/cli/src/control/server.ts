// `bgpwire run --control PATH`: a Unix socket that takes the commands of standard input, one a line, and answers each with
// lines of JSON as `--format json` prints them. Only our own user may open it.
import { lstat, rename, unlink } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { errorText } from "../output/describe.ts";
import type { RunEvent } from "../output/events.ts";
import { eventJson } from "../output/reporter.ts";
import { readLines } from "../run/lines.ts";
import type { Asker } from "../run/obey.ts";

/** Most connections at one time; further ones are closed at once. */
const MAX_CONNECTIONS = 16;

/** How long a connection may be silent, in milliseconds. */
const SILENCE = 60_000;

/** What may not be had by others: the file is made with mode 0600. */
const UMASK = 0o177;

/** A line of a client, and who it is; a promise where the next is to wait. */
type OnLine = (line: string | null, asker: Asker) => Promise<void> | void;

/** The socket of a run. */
export class ControlServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /**
   * Listens. A socket that nobody listens on any more, as one of a process that was killed, is taken away first; anything
   * else that is there stays.
   *
   * @throws Error one sentence with the path: what is there, or why it cannot be made
   */
  static async listen(path: string, onLine: OnLine): Promise<ControlServer> {
    const server = new ControlServer(onLine);
    try {
      await server.#listen(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cannot(path, errorText(error));
      await removeStale(path);
      await server.#listen(path).catch((again: unknown) => {
        throw cannot(path, errorText(again));
      });
    }
    return server;
  }

  private constructor(onLine: OnLine) {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket, onLine));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** Takes no further connections, and takes the file away; those that are there go on. */
  retire(): void {
    this.#server.close();
  }

  /** Closes the connections once what was said on them has gone out, and takes the file away. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroySoon();
  }

  #listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject).once("listening", () => {
        this.#server.off("error", reject).on("error", () => {});
        resolve();
      });
      // The file is made inside this call.
      const umask = process.umask(UMASK);
      try {
        this.#server.listen(path);
      } finally {
        process.umask(umask);
      }
    });
  }

  #serve(socket: Socket, onLine: OnLine): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.setTimeout(SILENCE, () => socket.destroy());
    const client = new Client(socket);
    // Who does not read its answers is not read either.
    const obeyed = async (done: Promise<void> | void): Promise<void> => {
      await done;
      await client.room();
    };
    const take = (line: string | null): Promise<void> | void => {
      const done = onLine(line, client);
      return done === undefined && !client.full ? undefined : obeyed(done);
    };
    readLines(socket, take, { onEnd: () => socket.end() });
  }
}

/** Whoever is on a connection. */
class Client implements Asker {
  readonly #socket: Socket;
  #wake: (() => void) | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("drain", () => this.#wake?.()).on("close", () => this.#wake?.());
  }

  /** What was said waits to be read. */
  get full(): boolean {
    return this.#socket.writableNeedDrain;
  }

  answer(event: RunEvent): void {
    if (this.#socket.writable) this.#socket.write(`${eventJson(event, new Date())}\n`);
  }

  async room(): Promise<boolean> {
    if (this.full && this.#socket.writable) await new Promise<void>((resolve) => (this.#wake = resolve));
    await nextTurn();
    return this.#socket.writable;
  }
}

/**
 * Takes a socket away whose process is gone. It is moved aside before it is looked at again, so that one that another process
 * has made in between is not lost.
 */
async function removeStale(path: string): Promise<void> {
  if (!(await lstat(path)).isSocket()) throw cannot(path, "there is a file that is no socket");
  if (await isAlive(path)) throw cannot(path, "another process listens there");
  const aside = `${path}.${process.pid}`;
  await rename(path, aside);
  if (await isAlive(aside)) {
    await rename(aside, path);
    throw cannot(path, "another process listens there");
  }
  await unlink(aside);
}

/** Only a refusal says that nobody listens. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(true));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "ECONNREFUSED"));
    socket.once("connect", () => socket.destroy());
  });
}

function cannot(path: string, why: string): Error {
  return new Error(`control: cannot listen at ${path}: ${why}`);
}
