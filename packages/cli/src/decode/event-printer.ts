// Events on standard output: those that are wanted in one format, and what is wrong with them counted.
import { EventReading, type CaptureEvent, type EventFilter } from "@bgpwire/capture";
import type { Problems } from "../capture/problems.ts";
import type { Sink } from "../output/sink.ts";
import { FORMATS, type Origin, type Printer } from "./formats.ts";
import type { PrintOptions } from "./options.ts";

/** Prints events. */
export class EventPrinter {
  readonly #filter: EventFilter | null;
  readonly #problems: Problems;
  readonly #printer: Printer;

  constructor(out: Sink, { format, filter }: PrintOptions, problems: Problems) {
    this.#filter = filter;
    this.#problems = problems;
    this.#printer = FORMATS[format].create((lines) => out.raw(lines), out.colours, filter);
  }

  /**
   * Prints an event if it is wanted, now or later.
   *
   * @param source the file or the router that has it, as people are told of it
   * @param origin the router, where one is connected
   */
  print(event: CaptureEvent, source: string, origin: Origin | null = null): void {
    const reading = new EventReading(event);
    if (this.#filter !== null && !this.#filter.wants(reading)) return;
    this.#printer.print(reading, origin);
    if (event.kind !== "problem") this.#problems.malformed(source, event.offset, reading.issues);
  }

  /** Writes what there is. */
  flush(): void {
    this.#printer.flush();
  }
}
