// The command line: what can be given, what is said about it, and which exit code comes of it.
import { normaliseAddress } from "@bgpwire/core";
import { Command, CommanderError } from "commander";
import { bmpOptions, type BmpFlags } from "./bmp/options.ts";
import { station } from "./bmp/station.ts";
import { checkField } from "./config/check.ts";
import { readConfigFile } from "./config/file.ts";
import { InputError } from "./config/input-error.ts";
import type { FileConfig } from "./config/model.ts";
import { planRun, type Given, type GivenOptions, type RunPlan } from "./config/plan.ts";
import { parseAnnouncement, parsePeer, parseStation } from "./config/spec.ts";
import { control, type ControlOptions } from "./control/client.ts";
import { convert } from "./convert/convert.ts";
import { convertOptions, type ConvertFlags } from "./convert/options.ts";
import { TARGETS } from "./convert/targets.ts";
import { decode } from "./decode/decode.ts";
import { FORMATS } from "./decode/formats.ts";
import { decodeOptions, type DecodeFlags } from "./decode/options.ts";
import { demo, type DemoOptions } from "./demo/demo.ts";
import { ExitCode } from "./exit-code.ts";
import { helpBehind } from "./help.ts";
import { errorText } from "./output/describe.ts";
import { LEVELS, type Level } from "./output/level.ts";
import { replayLog } from "./replay/log.ts";
import type { ReplayOptions } from "./replay/plan.ts";
import { replay } from "./replay/replay.ts";
import { run } from "./run/run.ts";
import { stats } from "./stats/stats.ts";
import { version } from "./version.ts";

interface RunFlags {
  readonly config?: string;
  readonly routerId?: string;
  readonly localAs?: string;
  readonly listen?: readonly string[] | false;
  readonly peer: readonly string[];
  readonly announce: readonly string[];
  readonly bmp: readonly string[];
  readonly record?: string;
  readonly control?: string;
  readonly http?: string;
  readonly requirePolicy?: boolean;
  readonly logLevel?: string;
  readonly format?: string;
}

interface ControlFlags {
  readonly control?: string;
  readonly format?: string;
}

interface DemoFlags {
  readonly once?: boolean;
  readonly routes?: string;
  readonly seed?: string;
  readonly port?: string;
}

interface ReplayFlags {
  readonly to?: string;
  readonly log?: string;
  readonly print?: boolean;
  readonly from?: string;
  readonly speed?: string;
  readonly as?: string;
  readonly routerId?: string;
  readonly local?: string;
  readonly once?: boolean;
  readonly format?: string;
}

/** Gathers a repeated option; what came before may be the `false` of a `--no-…`. */
function collect(value: string, before: readonly string[] | false | undefined): readonly string[] {
  return [...(before || []), value];
}

/**
 * Runs the command.
 *
 * @param args the arguments behind the command's name
 * @returns the exit code, once everything has stopped
 */
export async function main(args: readonly string[]): Promise<number> {
  let code: number = ExitCode.Ok;
  const program = createProgram(async (work) => {
    code = await work();
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said what there is to say; asking for help or the version is no mistake, needing it is.
      return error.exitCode === 0 ? ExitCode.Ok : ExitCode.Usage;
    }
    const mistake = error instanceof InputError;
    process.stderr.write(`bgpwire: ${mistake ? error.message : errorText(error)}\n`);
    if (!mistake && process.env["BGPWIRE_DEBUG"] !== undefined) console.error(error);
    return mistake ? ExitCode.Usage : ExitCode.Failed;
  }
}

function createProgram(act: (work: () => Promise<number>) => Promise<void>): Command {
  const program = new Command("bgpwire")
    .description("BGP for the shell: a speaker, and a reader of captures.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    // Defaults stand in the descriptions, those of repeated options, which are lists, too.
    .configureHelp({ optionDescription: ({ description }) => description })
    .showHelpAfterError("(bgpwire --help says more)")
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "bgpwire: ")) })
    .exitOverride()
    .addHelpText("after", helpBehind("bgpwire"));

  program
    .command("run")
    .description("hold sessions with peers: print what happens, announce what is told")
    .option("--config <file>", "configuration file, YAML or JSON (schema/config.schema.json)")
    .option("--router-id <id>", "our BGP Identifier, such as 192.0.2.1")
    .option("--local-as <n>", "our AS number")
    .option("--listen <addr:port>", "where to listen; may be repeated (default: 127.0.0.1:1790)", collect)
    .option("--no-listen", "listen nowhere")
    .option("--peer <spec>", "a peer: ADDR[:PORT],as=N[,KEY=VALUE…]; may be repeated", collect, [])
    .option("--announce <spec>", "a route: PREFIX,next-hop=ADDR[,KEY=VALUE…]; may be repeated", collect, [])
    .option("--bmp <spec>", "a monitoring station: HOST:PORT[,KEY=VALUE…]; may be repeated", collect, [])
    .option("--require-policy", "external peers give and get routes only with import=all and export=all (RFC 8212)")
    .option("--control <path>", "take commands on a Unix socket too, made with mode 0600; bgpwire ctl gives them")
    .option("--http <[addr:]port>", "tell metrics and states by HTTP; a port alone is one of 127.0.0.1")
    .option("--record <file>", "write down all that happens, for replay --log, and as MRT to FILE.mrt")
    .option("--format <format>", "text or json (default: text on a terminal, else json)")
    .option("--log-level <level>", `least of what is printed: ${LEVELS.join(", ")} (default: debug)`)
    .exitOverride()
    .addHelpText("after", helpBehind("run"))
    .action((flags: RunFlags) => act(() => startRun(flags)));

  program
    .command("ctl")
    .description("give one command to a bgpwire run --control, and print the answer")
    .argument("<command...>", "such as: peers, or: shutdown 192.0.2.2 'back at noon'")
    .option("--control <path>", "the socket of the run (default: the environment variable BGPWIRE_CONTROL)")
    .option("--format <format>", "text or json (default: text on a terminal, else json)")
    .exitOverride()
    .addHelpText("after", helpBehind("ctl"))
    .action((words: string[], flags: ControlFlags) => act(() => control(controlOptions(words, flags))));

  printing(program.command("decode"))
    .description(
      "read captures (BGP and BMP in pcap or pcapng, MRT, BMP, OpenBMP, BGP messages, RIS Live, JSON, recordings of run; compressed or not) and print what is in them",
    )
    .argument("[files...]", "files, or - for standard input (default: -)")
    .option("--follow", "wait for more at the end of the file")
    .option("--no-progress", "no progress line on a terminal")
    .exitOverride()
    .addHelpText("after", helpBehind("decode"))
    .action((files: string[], flags: DecodeFlags) => act(() => decode(decodeOptions(files, flags))));

  printing(
    program
      .command("bmp")
      .description("be a monitoring station: routers tell by BMP what they have, which is printed as decode prints it")
      .option(
        "--listen <addr:port>",
        "where to listen; a port alone is one of 127.0.0.1 (default: 127.0.0.1:11019, with --connect nowhere)",
      )
      .option("--connect <host:port>", "a router that listens itself; may be repeated", collect, [])
      .option("--record <directory>", "keep what comes in, a file for each connection, which decode reads")
      .option("--max-routers <n>", "most connections at one time (default: 256)", "256"),
  )
    .exitOverride()
    .addHelpText("after", helpBehind("bmp"))
    .action((flags: BmpFlags) => act(() => station(bmpOptions(flags))));

  filtering(
    program
      .command("convert")
      .description("write captures (whatever decode reads) as one file of another format")
      .argument("[files...]", "files, or - for standard input (default: -)")
      .option(
        "-o, --output <file>",
        "where to; the end of its name tells the format, .gz compresses (default: - is standard output)",
      )
      .option("--to <format>", `${Object.keys(TARGETS).join(", ")} (default: what the name of the file tells)`)
      .option("--force", "write over a file that is there"),
  )
    .option("--no-progress", "no progress line on a terminal")
    .exitOverride()
    .addHelpText("after", helpBehind("convert"))
    .action((files: string[], flags: ConvertFlags) => act(() => convert(convertOptions(files, flags))));

  program
    .command("stats")
    .description("tell what is in captures: sessions, families, messages over time, peers, ends of sessions, errors")
    .argument("[files...]", "files, or - for standard input (default: -)")
    .exitOverride()
    .addHelpText("after", helpBehind("stats"))
    .action((files: string[]) => act(() => stats(files)));

  program
    .command("demo")
    .description("play a large table from one speaker to another, on loopback, and show it")
    .option("--once", "end when the table has arrived")
    .option("--routes <n>", "generate a table of this size instead of playing the recorded one")
    .option("--seed <n>", "seed of the generated table (default: 1)")
    .option("--port <n>", "TCP port to listen on (default: 1790, or any free one)")
    .exitOverride()
    .addHelpText("after", helpBehind("demo"))
    .action((flags: DemoFlags) => act(() => demo(demoOptions(flags))));

  program
    .command("replay")
    .description(
      "play one sender of a capture to a live router: its UPDATEs, or its routes of a table; or do a recording of run again",
    )
    .argument("[file]", "capture: pcap, pcapng, MRT, BMP, OpenBMP, BGP messages, or a recording of run")
    .option("--to <host:port>", "the router; port 179 if none is given")
    .option("--from <addr>", "whose side is played (default: whoever has the most UPDATEs or routes)")
    .option("--speed <n>", "how many times as fast as it was captured, or max (default: 1)")
    .option("--as <n>", "our AS number (default: the sender's; paths stay as they are)")
    .option("--router-id <id>", "our BGP Identifier (default: the sender's)")
    .option("--local <addr>", "source address of the connection")
    .option("--once", "end when everything has been sent")
    .option("--format <format>", "text or json (default: text on a terminal, else json)")
    .option("--log <file>", "do what run --record has written again, without a network, and compare every output")
    .option("--print", "with --log: print every entry, what went in (<) and what came out (>)")
    .exitOverride()
    .addHelpText("after", helpBehind("replay"))
    .action((file: string | undefined, flags: ReplayFlags) => act(() => startReplay(file, flags)));

  for (const command of program.commands) {
    command.showHelpAfterError(`(bgpwire ${command.name()} --help says more)`);
  }
  return program;
}

/** Adds the options that say what is printed of events, and how. */
function printing(command: Command): Command {
  return filtering(command.option("--format <format>", `${Object.keys(FORMATS).join(", ")} (default: text)`, "text"));
}

/** Adds the options that say which events are wanted. */
function filtering(command: Command): Command {
  return command
    .option(
      "--prefix <prefix>",
      "only routes of this prefix; options may be repeated, then any of them will do",
      collect,
      [],
    )
    .option("--more-specific <prefix>", "only routes of it and of prefixes inside it", collect, [])
    .option("--less-specific <prefix>", "only routes of it and of prefixes around it", collect, [])
    .option("--peer <address>", "only what this address, or one in this prefix, sent", collect, [])
    .option("--as <n>", "only what a peer of this AS sent", collect, [])
    .option("--origin-as <n>", "only routes from this AS", collect, [])
    .option("--path <pattern>", "only AS paths that match, such as ^65001_ or _3356_", collect, [])
    .option(
      "--community <community>",
      "only with this community of any kind, such as 65001:* or target:65001:1",
      collect,
      [],
    )
    .option("--family <family>", "only routes of this family, such as ipv6-unicast", collect, [])
    .option("--type <type>", "only such events: update, open, notification, route, …", collect, [])
    .option("--since <time>", "from this time on: 2026-02-22T15:30 (UTC), or seconds since 1970")
    .option("--until <time>", "up to this time, itself not included");
}

function startRun(flags: RunFlags): Promise<number> {
  const given = givenOptions(flags);
  const path = flags.config;
  if (path === undefined) return run(planRun(given, {}, ""), null);
  const read = (): RunPlan => planRun(given, readConfigFile(path), path);
  return run(read(), { path, read });
}

function givenOptions(flags: RunFlags): GivenOptions {
  const localAs = flags.localAs === undefined ? undefined : numberOrText(flags.localAs);
  checkFlag("--router-id", "routerId", flags.routerId);
  checkFlag("--local-as", "localAs", localAs);
  checkFlag("--format", "format", flags.format);
  checkFlag("--control", "control", flags.control);
  checkFlag("--http", "http", flags.http);
  checkFlag("--log-level", "logLevel", flags.logLevel);
  const listen = flags.listen === false ? [] : flags.listen;
  for (const one of listen ?? []) checkFlag("--listen", "listen", [one]);
  return {
    ...(flags.routerId === undefined ? {} : { routerId: flags.routerId }),
    ...(localAs === undefined ? {} : { localAs: localAs as number }),
    ...(listen === undefined ? {} : { listen }),
    ...(flags.record === undefined ? {} : { record: flags.record }),
    ...(flags.control === undefined ? {} : { control: flags.control }),
    ...(flags.http === undefined ? {} : { http: flags.http }),
    ...(flags.requirePolicy === undefined ? {} : { requirePolicy: flags.requirePolicy }),
    ...(flags.logLevel === undefined ? {} : { logLevel: flags.logLevel as Level }),
    ...(flags.format === undefined ? {} : { format: flags.format as "text" | "json" }),
    peers: flags.peer.map((text) => given("--peer", text, parsePeer)),
    announcements: flags.announce.map((text) => given("--announce", text, (spec) => parseAnnouncement(spec))),
    bmp: flags.bmp.map((text) => given("--bmp", text, parseStation).value),
  };
}

function controlOptions(words: readonly string[], flags: ControlFlags): ControlOptions {
  checkFlag("--format", "format", flags.format);
  const path = flags.control ?? process.env["BGPWIRE_CONTROL"];
  if (path === undefined)
    throw new InputError("--control: is missing; give the socket of a run, or set BGPWIRE_CONTROL");
  checkFlag("--control", "control", path);
  return { path, words, format: (flags.format as "text" | "json" | undefined) ?? null };
}

function given<T>(flag: string, text: string, parse: (text: string) => T): Given<T> {
  try {
    return { value: parse(text), from: `${flag} ${text}` };
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${flag} ${error.message}`) : error;
  }
}

function checkFlag(flag: string, field: keyof FileConfig, value: unknown): void {
  if (value === undefined) return;
  const problem = checkField(field, value);
  if (problem !== null) throw new InputError(`${flag}: ${problem.message}`);
}

function numberOrText(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** Most routes of a generated table: twice today's full table. */
const MAX_ROUTES = 2_000_000;

function demoOptions(flags: DemoFlags): DemoOptions {
  const routes = wholeNumber("--routes", flags.routes, 1, MAX_ROUTES);
  const seed = wholeNumber("--seed", flags.seed, 0, 0xffffffff);
  return {
    once: flags.once === true,
    port: wholeNumber("--port", flags.port, 0, 65_535),
    generate: routes === null && seed === null ? null : { routes: routes ?? 100_000, seed: seed ?? 1 },
  };
}

function startReplay(file: string | undefined, flags: ReplayFlags): Promise<number> {
  const { log, print = false, ...others } = flags;
  if (log !== undefined) {
    const [other] = Object.keys(others);
    if (file === undefined && other === undefined) return replayLog({ log, print });
    const extra = file ?? `--${other!.replace("routerId", "router-id")}`;
    throw new InputError(`--log: ${extra} is for a capture that is played to a router; a log needs no router`);
  }
  if (print) throw new InputError("--print: is for --log");
  if (file === undefined) throw new InputError("no file: give a capture and --to HOST:PORT, or --log FILE");
  if (flags.to === undefined) throw new InputError("no router: give --to HOST:PORT");
  return replay(replayOptions(file, flags.to, flags));
}

function replayOptions(file: string, to: string, flags: ReplayFlags): ReplayOptions {
  checkFlag("--router-id", "routerId", flags.routerId);
  checkFlag("--format", "format", flags.format);
  return {
    file,
    to,
    from: address("--from", flags.from),
    speed: speed(flags.speed ?? "1"),
    as: wholeNumber("--as", flags.as, 1, 0xffffffff),
    routerId: flags.routerId ?? null,
    local: address("--local", flags.local),
    once: flags.once === true,
    format: (flags.format as "text" | "json" | undefined) ?? null,
  };
}

function address(flag: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const value = normaliseAddress(text);
  if (value !== null) return value;
  throw new InputError(`${flag}: ${JSON.stringify(text)} is not accepted; give an IPv4 or IPv6 address`);
}

function speed(text: string): number {
  if (text === "max") return Infinity;
  const value = /^\d{1,10}(\.\d{1,10})?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InputError(`--speed: ${JSON.stringify(text)} is not accepted; give a number above 0, or max`);
}

function wholeNumber(flag: string, text: string | undefined, low: number, high: number): number | null {
  if (text === undefined) return null;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new InputError(`${flag}: ${JSON.stringify(text)} is not accepted; give a whole number from ${low} to ${high}`);
}
