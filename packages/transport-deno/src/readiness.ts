// Which sockets of our own can go on: one epoll(7) for all of them, waited for in a thread. Edge-triggered, so that whoever was
// told EAGAIN is told once when that has changed.
import { systemCalls } from "./system-calls.ts";
import { platform } from "./platform.ts";

const EPOLL_CLOEXEC = 0x8_0000;
const EPOLL_CTL_ADD = 1;
const EPOLLIN = 1;
const EPOLLOUT = 4;
const EPOLLERR = 8;
const EPOLLHUP = 16;
const EPOLLRDHUP = 0x2000;
const EPOLLET = 0x8000_0000;
const EFD_FLAGS = 0x8_0800;

/** `struct epoll_event`: 32 bits of events and 64 of our own, packed on x86-64 alone. */
const EVENT = platform.Deno.build.arch === "x86_64" ? { size: 12, data: 4 } : { size: 16, data: 8 };
/** Events of one call. */
const MOST = 256;

/** What is told of readiness; both on an error, which the next call on the socket then says. */
export interface Waiting {
  readable(): void;
  writable(): void;
}

class Readiness {
  readonly #calls = systemCalls();
  readonly #epoll: number;
  /** Ends the call that waits. */
  readonly #alarm: number;
  readonly #waiting = new Map<number, Waiting>();
  readonly #events: Uint8Array = new Uint8Array(MOST * EVENT.size);
  #running: boolean = false;

  /** @throws Error where there is no descriptor left */
  constructor() {
    const { epoll_create1, eventfd, close } = this.#calls;
    this.#epoll = this.#checked("epoll_create1", epoll_create1(EPOLL_CLOEXEC));
    try {
      this.#alarm = this.#checked("eventfd", eventfd(0, EFD_FLAGS));
    } catch (error) {
      close(this.#epoll);
      throw error;
    }
    this.#register(this.#alarm, EPOLLIN);
  }

  /**
   * From now on readiness of a socket is told, until it is closed. What is ready already is told too.
   *
   * @throws Error where the system has no room for more
   */
  add(fd: number, waiting: Waiting): void {
    this.#register(fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
    this.#waiting.set(fd, waiting);
    if (!this.#running) void this.#run();
  }

  /** Closes a socket. */
  close(fd: number): void {
    this.#waiting.delete(fd);
    this.#calls.close(fd);
    // A call that waits keeps the process alive, and there is nothing left to wait for.
    if (this.#waiting.size === 0) this.#calls.eventfd_write(this.#alarm, 1n);
  }

  #register(fd: number, events: number): void {
    const event = new Uint8Array(EVENT.size);
    event.set(new Uint8Array(Uint32Array.of(events).buffer));
    event.set(new Uint8Array(Int32Array.of(fd).buffer), EVENT.data);
    this.#checked("epoll_ctl", this.#calls.epoll_ctl(this.#epoll, EPOLL_CTL_ADD, fd, event));
  }

  #checked(call: string, result: number): number {
    if (result < 0) throw new Error(`${call}: ${this.#calls.lastError()}`);
    return result;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.size > 0) {
      const count = await this.#calls.epoll_wait(this.#epoll, this.#events, MOST, -1);
      for (let i = 0; i < count; i += 1) this.#tell(i * EVENT.size);
    }
    this.#running = false;
  }

  #tell(at: number): void {
    const view = new DataView(this.#events.buffer, at);
    // The byte order of every machine that Deno runs on.
    const events = view.getUint32(0, true);
    const fd = view.getInt32(EVENT.data, true);
    if (fd === this.#alarm) {
      this.#calls.eventfd_read(fd, new Uint8Array(8));
      return;
    }
    const waiting = this.#waiting.get(fd);
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP)) !== 0) waiting?.readable();
    if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) !== 0) waiting?.writable();
  }
}

let shared: Readiness | null = null;

/** That of this thread of JavaScript. @throws Error as `systemCalls` does, or where there is no descriptor left */
export function readiness(): Readiness {
  shared ??= new Readiness();
  return shared;
}
