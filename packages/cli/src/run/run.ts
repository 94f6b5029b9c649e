// `bgpwire run`: a speaker from a plan, reporting what happens and doing what it is told, until it is told to stop.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Session } from "@bgpwire/core";
import { createSpeaker } from "@bgpwire/transport-node";
import { OwnRoutes } from "../announce/own-routes.ts";
import { Stations } from "../bmp/stations.ts";
import type { RunPlan } from "../config/plan.ts";
import { ExitCode } from "../exit-code.ts";
import { describeSpeakerEvent, errorText } from "../output/describe.ts";
import { Tally } from "../http/tally.ts";
import { createReporter } from "../output/reporter.ts";
import { createSink } from "../output/sink.ts";
import { Recording } from "../record/recording.ts";
import { onStopSignal } from "../stop-signals.ts";
import { version } from "../version.ts";
import { RunningConfiguration } from "./configuration.ts";
import { DialFailures } from "./dial-failures.ts";
import { Doors } from "./doors.ts";
import { readLines } from "./lines.ts";
import type { LiveSession } from "./live-session.ts";
import { obey, type Asker, type Commanded } from "./obey.ts";
import type { PlannedOf } from "./peer-choice.ts";
import { createPlugin, type Shared } from "./plugin.ts";
import { reload, type ConfigurationFile } from "./reload.ts";

/**
 * Runs a speaker until SIGINT, SIGTERM or the end of whoever reads our output. With a configuration file SIGHUP reloads it.
 *
 * @returns the exit code
 * @throws InputError for what the plan asks for and the core refuses, and for a file that cannot be recorded to
 */
export async function run(plan: RunPlan, file: ConfigurationFile | null): Promise<number> {
  let stop!: (why: string) => void;
  const stopped = new Promise<string>((resolve) => {
    stop = resolve;
  });
  const err = createSink(process.stderr, process.env, () => {});
  const recording = plan.record === null ? null : await Recording.create(plan.record, err);
  const sink = createSink(process.stdout, process.env, () => stop("standard output is closed"));
  const reporter = createReporter(sink, plan.format ?? (sink.terminal ? "text" : "json"), plan.logLevel);
  const removeSignals = onStopSignal((signal) => stop(signal));

  const failures = new DialFailures();
  const speaker = createSpeaker({
    routerId: plan.routerId,
    onEvent: (event) => reporter.report(describeSpeakerEvent(event, performance.now(), failures.repeats(event))),
    ...(recording === null ? {} : { recorder: recording }),
  });
  const routes = new OwnRoutes();
  const sessions = new Map<Session, LiveSession>();
  const stations = new Stations(version(), reporter, (session, take) =>
    sessions.get(session)?.advertiser.tellAll(take),
  );
  const tally = new Tally();
  const shared: Shared = { routes, sessions, stations, tally, reporter };
  const configuration = new RunningConfiguration(speaker, routes, plan, (deferred, planned) =>
    createPlugin(shared, deferred, planned),
  );
  const plannedOf: PlannedOf = (peer) => configuration.plannedOf(peer);
  const doors = new Doors({ speaker, routes, tally, plannedOf }, reporter, (line, asker) =>
    obeyControl(line, commanded, asker),
  );

  // RFC 4724 section 4.2: what ends without a NOTIFICATION may be back.
  let farewell: string | null = "";
  const leave = (): void => {
    farewell = null;
    stop("the command leave");
  };
  /** One after the other. */
  let reloading: Promise<unknown> = Promise.resolve();
  const commanded: Commanded = {
    ...shared,
    speaker,
    plannedOf,
    stop,
    leave,
    reload() {
      const done = reloading.then(() => reload(file, { configuration, doors, sessions, stations, reporter }));
      reloading = done;
      return done;
    },
  };
  try {
    stations.change(plan.bmp);
    await doors.change(plan);
    await speaker.start().catch((error: unknown) => {
      const why = `cannot listen: ${errorText(error)} (--listen chooses another address, --no-listen none)`;
      throw new Error(why, { cause: error });
    });
  } catch (error) {
    removeSignals();
    doors.close();
    await stations.stop();
    await recording?.end("could not listen");
    throw error;
  }
  doors.tell();

  const onHangUp = (): void => void commanded.reload().then((event) => reporter.report(event));
  if (file !== null) process.on("SIGHUP", onHangUp);
  // Whoever types reads what is printed; a full standard output holds peers back, and no command.
  const typing: Asker = { answer: (event) => reporter.report(event), room: () => nextTurn(true) };
  const stopReading = readLines(process.stdin, (line) => obey(line, commanded, typing));
  const why = await stopped;
  process.off("SIGHUP", onHangUp);
  stopReading();
  await reloading;
  configuration.close();
  doors.close();
  reporter.report({ type: "stopping", text: why });
  await speaker.stop(farewell);
  await stations.stop();
  await recording?.end(`stopped: ${why}`);
  reporter.report({ type: "stopped" });
  removeSignals();
  return ExitCode.Ok;
}

/** What is changed from afar is reported here too; what is only asked is not. */
function obeyControl(line: string | null, commanded: Commanded, asker: Asker): Promise<void> | void {
  return obey(line, commanded, {
    answer(event) {
      asker.answer(event);
      const asked = event.type === "command" ? event.command === "help" : event.type !== "reload";
      if (!asked) commanded.reporter.report(event);
    },
    room: () => asker.room(),
  });
}
