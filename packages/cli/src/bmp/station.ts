// `bgpwire bmp`: a monitoring station. Routers connect or are dialled; what they tell is printed as `bgpwire decode` prints captures, and who comes
// and goes is said on standard error.
import { BmpSessionNumbers, type CaptureEvent, type InformationEvent } from "@bgpwire/capture";
import { dialBmp, listenBmp, type BmpConnection, type BmpHandlers } from "@bgpwire/capture-node";
import { Problems } from "../capture/problems.ts";
import { socketAddressText } from "../config/model.ts";
import type { Origin } from "../decode/formats.ts";
import { EventPrinter } from "../decode/event-printer.ts";
import { ExitCode } from "../exit-code.ts";
import { createSink } from "../output/sink.ts";
import { printable } from "../output/text.ts";
import { onStopSignal } from "../stop-signals.ts";
import type { BmpOptions } from "./options.ts";
import { Recording } from "./record.ts";

/**
 * Runs a station until SIGINT, SIGTERM or the end of whoever reads its output.
 *
 * @returns the exit code
 * @throws Error where it cannot listen, or not record
 */
export async function station(options: BmpOptions): Promise<number> {
  let stop!: (failure: Error | null) => void;
  const stopped = new Promise<Error | null>((resolve) => {
    stop = resolve;
  });
  const out = createSink(process.stdout, process.env, () => stop(null));
  const err = createSink(process.stderr, process.env, () => {});
  const problems = new Problems();
  const printer = new EventPrinter(out, options, problems);
  const recording = options.record === null ? null : await Recording.into(options.record);
  const tell = (text: string): void => err.line(`bgpwire: ${text}`);

  const handlers: BmpHandlers = {
    onConnected(connection) {
      tell(`${nameOf(connection)} connected`);
      inform(connection, "connected", {});
    },
    onChunk: (connection, chunk) => recording?.write(connection, chunk).catch(stop) ?? null,
    onEvent: print,
    onSettled() {
      printer.flush();
      return out.room();
    },
    onClosed(connection, reason) {
      tell(`${nameOf(connection)} disconnected: ${printable(reason)}`);
      inform(connection, "disconnected", { reason });
      printer.flush();
      void recording?.end(connection).catch(stop);
    },
  };

  function print(connection: BmpConnection, event: CaptureEvent): void {
    const source = nameOf(connection);
    if (event.kind === "problem") problems.unreadable(source, event);
    printer.print(timed(event), source, originOf(connection));
  }

  /** For programs, which may not read standard error. */
  function inform(connection: BmpConnection, name: string, values: InformationEvent["values"]): void {
    if (options.format !== "json") return;
    print(connection, { kind: "information", seconds: 0, nanoseconds: 0, offset: 0, name, values });
  }

  const removeSignals = onStopSignal(() => stop(null));
  const sources: { close(): Promise<void> }[] = [];
  try {
    const { listen, connect, maxRouters } = options;
    const numbers = new BmpSessionNumbers();
    if (listen !== null) {
      const onRefused = (from: string): void =>
        tell(`${from} refused: ${maxRouters} routers are connected (--max-routers)`);
      const listener = await listenBmp({ ...listen, maxRouters, numbers, onRefused }, handlers);
      sources.push(listener);
      tell(`listening on ${socketAddressText(listener)}`);
    }
    for (const { host, port } of connect) {
      const onRetry = (reason: string, retryIn: number): void =>
        tell(`${socketAddressText({ address: host, port })} is dialled again in ${retryIn} s: ${reason}`);
      sources.push(dialBmp({ host, port, numbers, onRetry }, handlers));
    }
    const failure = await stopped;
    await Promise.all(sources.map((source) => source.close()));
    problems.tell(err);
    if (failure !== null) throw failure;
    return ExitCode.Ok;
  } finally {
    removeSignals();
  }
}

/** What has no time gets that of its arrival. */
function timed(event: CaptureEvent): CaptureEvent {
  if (event.kind === "problem" || event.seconds > 0) return event;
  const now = Date.now();
  return { ...event, seconds: Math.floor(now / 1000), nanoseconds: (now % 1000) * 1_000_000 };
}

function originOf({ station, address, port }: BmpConnection): Origin {
  return { name: station.router?.sysName ?? null, address, port };
}

/** Characters of a router's name that are told. */
const LONGEST_NAME = 40;

/** Such as `router1 (192.0.2.2:40123)`. */
function nameOf(connection: BmpConnection): string {
  const at = socketAddressText(connection);
  const name = connection.station.router?.sysName ?? null;
  return name === null ? at : `${printable(name.slice(0, LONGEST_NAME))} (${at})`;
}
