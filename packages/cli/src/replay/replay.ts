// `bgpwire replay`: plays what one sender of a capture said to a live router, at the capture's pace or another.
import { ConfigError, type Session } from "@bgpwire/core";
import { createSpeaker } from "@bgpwire/transport-node";
import { InputError, quote } from "../config/input-error.ts";
import { ExitCode } from "../exit-code.ts";
import { describeRefresh, describeSession, describeSpeakerEvent } from "../output/describe.ts";
import { createReporter } from "../output/reporter.ts";
import { createSink } from "../output/sink.ts";
import { onStopSignal } from "../stop-signals.ts";
import { eventsOf } from "./capture-file.ts";
import { peerOptions, type ReplayOptions } from "./plan.ts";
import { play } from "./play.ts";
import { Survey, type Part } from "./survey.ts";

/**
 * Plays it and stays until SIGINT or SIGTERM, as the router forgets the routes with the session.
 *
 * @returns the exit code
 * @throws InputError for a file that cannot be played, or options that do not go with it
 */
export async function replay(options: ReplayOptions): Promise<number> {
  const { file } = options;
  const survey = new Survey();
  for await (const event of eventsOf(file)) survey.take(event);
  const chosen = survey.longest(options.from);
  if (chosen === null) {
    const senders = survey.senders();
    if (senders === "") throw new InputError(`${file}: ${survey.problem ?? "there is no UPDATE and no route in it"}`);
    throw new InputError(`--from ${quote(options.from)}: ${file} has nothing of it, but of ${senders}`);
  }
  const peer = await peerOptions(chosen.part, options);

  const sink = createSink(process.stdout, process.env, () => finish(ExitCode.Ok));
  const reporter = createReporter(sink, options.format ?? (sink.terminal ? "text" : "json"));
  let finish!: (code: number) => void;
  let fail!: (error: unknown) => void;
  const over = new Promise<number>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  const removeSignals = onStopSignal(() => finish(ExitCode.Ok));
  const speaker = createSpeaker({
    routerId: peer.routerId!,
    onEvent: (event) => reporter.report(describeSpeakerEvent(event, performance.now())),
  });
  const played = async (session: Session): Promise<void> => {
    const started = performance.now();
    const done = await play(session, file, chosen, options.speed);
    if (done === null) return;
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    const without = done.leftOut === 0 ? "" : `; ${done.leftOut} cannot be sent on this session`;
    const text = `played: ${done.sent} UPDATEs in ${seconds} s${without}`;
    reporter.report({ type: "note", peer: session.peer.id, text });
    if (options.once) finish(ExitCode.Ok);
  };
  const { id } = accepted(() =>
    speaker.addPeer(peer, {
      onEstablished(session) {
        reporter.report(describeSession(session));
        played(session).catch(fail);
      },
      onRouteRefresh: (session, refresh) => reporter.report(describeRefresh(session, "received", refresh)),
      onClose: () => finish(ExitCode.Failed),
    }),
  );
  reporter.report({ type: "note", peer: id, text: introduction(chosen.part, survey.problems, options) });
  try {
    await speaker.start();
    return await over;
  } finally {
    await speaker.stop("the replay is over");
    removeSignals();
  }
}

/** What the core refuses is a mistake in the options, or an OPEN that cannot be sent. */
function accepted<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ConfigError ? new InputError(error.message) : error;
  }
}

function introduction(
  { sender, updates, routes, first, last }: Part,
  problems: number,
  { file, speed }: ReplayOptions,
): string {
  const seconds = (last - first) / (speed === Infinity ? 1 : speed);
  const what = routes > 0 ? `${routes} routes` : `${updates} UPDATEs`;
  const pace = routes > 0 || speed === Infinity ? "as fast as they are taken" : `in ${seconds.toFixed(1)} s`;
  const unreadable = problems === 0 ? "" : `; ${problems} places of the file cannot be read`;
  return `plays ${sender.address} of ${file}: ${what}, ${pace}${unreadable}`;
}
