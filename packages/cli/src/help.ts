// What --help says behind the options: examples, keys, formats, commands, exit codes, in lines of 80 columns. It is put together when
// somebody asks.
import { schemaDescriptions } from "./config/check.ts";
import { ANNOUNCE_KEYS, PEER_KEYS, STATION_KEYS } from "./config/spec.ts";
import { TARGETS } from "./convert/targets.ts";
import { FORMATS } from "./decode/formats.ts";
import {
  CAPTURE_EXIT_CODE_TEXT,
  CONTROL_EXIT_CODE_TEXT,
  EXIT_CODE_TEXT,
  LOG_EXIT_CODE_TEXT,
  type ExitCodeText,
} from "./exit-code.ts";
import { COMMANDS } from "./run/commands.ts";
import { PEER_FILTERS } from "./run/peer-choice.ts";

const WIDTH = 80;

type Lines = readonly string[];

/** A command, or all of them. */
type HelpOf = "bgpwire" | "run" | "ctl" | "decode" | "bmp" | "convert" | "stats" | "demo" | "replay";

const BEHIND: Readonly<Record<HelpOf, () => Lines>> = {
  bgpwire: () => [...exitCodes(EXIT_CODE_TEXT)],
  run: () => [
    ...examples(
      "bgpwire run --router-id 192.0.2.1 --local-as 65001 --peer 192.0.2.2,as=65002",
      "bgpwire run --config bgp.yaml --control /run/bgpwire --http 9179",
      '... --peer "[2001:db8::2]:1790,as=any,passive,family=ipv6-unicast"',
      "... --peer 10.0.0.0/8,as=64512-65534,limit=20",
      "... --peer 192.0.2.2,as=65002,max-prefix=ipv4-unicast:1000/80%",
      "... --peer 192.0.2.2,as=65002,orf-prefixes=10.0.0.0/8^16-24,2001:db8::/32^-",
      '... --announce "198.51.100.0/24,next-hop=self,communities=65001:1 no-export"',
      "... --bmp 192.0.2.9:11019,statistics=300",
    ),
    ...section("Keys of --peer, behind ADDR[:PORT], a prefix or %DEVICE:", keys("peer", PEER_KEYS)),
    ...section("Keys of --announce, behind the prefix:", keys("announcement", ANNOUNCE_KEYS)),
    ...section("Keys of --bmp, behind HOST:PORT:", keys("station", STATION_KEYS)),
    ...section("--record FILE empties or makes two files, for all sessions of all peers:", [
      ...row(
        "FILE",
        "what every peer's state machine was told and said, with exact times, its options and its seed: a bug report in one file. replay --log FILE does it again; decode FILE shows its messages. No passwords are in it.",
        12,
      ),
      ...row("FILE.mrt", "the BGP messages in both directions and the changes of state, as BGP4MP_ET", 12),
    ]),
    ...section("SIGHUP reads the file of --config again:", [
      ...broken(
        "Peers and routes that are the same in it are not touched; peers that are gone end with Cease/Peer De-configured, those whose OPEN changes with Cease/Other Configuration Change, which another routerId does to all. import, export and orfPrefixes take effect on sessions that are up; listen, http, control, bmp and logLevel change without a session noticing. A file that is wrong, or an address that cannot be had, changes nothing. format needs a new start.",
        2,
      ),
    ]),
    ...section("--http PORT answers GET and HEAD, and changes nothing:", [
      ...row("/metrics", "for Prometheus", 14),
      ...row("/healthz", "200 while it runs", 14),
      ...row("/peers", "all peers, as JSON", 14),
      ...row("/peers/ID", "all that is known of one", 14),
      ...broken(
        "/metrics and /peers take the filters of show peers: /peers?state=down&group=transit. Host must be an IP address or localhost.",
        2,
      ),
    ]),
    ...section("Commands on standard input, and on the socket of --control, one per line:", commands()),
    ...filters(),
    ...exitCodes(EXIT_CODE_TEXT),
  ],
  ctl: () => [
    ...examples(
      "bgpwire ctl --control /run/bgpwire peers state=down",
      "export BGPWIRE_CONTROL=/run/bgpwire",
      'bgpwire ctl shutdown 192.0.2.2 "back at noon"',
      "bgpwire ctl announce 198.51.100.0/24 next-hop=self",
      "bgpwire ctl show peer 192.0.2.2 --format json",
    ),
    ...section("Commands:", commands()),
    ...filters(),
    ...exitCodes(CONTROL_EXIT_CODE_TEXT),
  ],
  decode: () => [
    ...examples(
      "bgpwire decode updates.20260222.1530.bz2",
      "bgpwire decode --more-specific 192.0.2.0/24 --format json rib.gz",
      "bgpwire decode --path '_3356_' --community '65001:*' session.pcap",
      "curl -s https://example.net/updates.gz | bgpwire decode --format bgpdump -",
    ),
    ...formats(),
    ...exitCodes(CAPTURE_EXIT_CODE_TEXT),
  ],
  bmp: () => [
    ...examples(
      "bgpwire bmp",
      "bgpwire bmp --listen '[::]:11019' --record monitored/",
      "bgpwire bmp --connect 192.0.2.1:11019 --origin-as 65010 --format json",
    ),
    ...formats(),
    ...exitCodes(EXIT_CODE_TEXT),
  ],
  convert: () => [
    ...examples(
      "bgpwire convert updates.20260222.1530.bz2 -o updates.pcapng",
      "bgpwire convert session.pcap --family ipv6-unicast -o session.mrt.gz",
      "bgpwire convert rib.1.gz rib.2.gz --origin-as 65010 --to mrt > part.mrt",
    ),
    ...section(
      "Formats:",
      Object.entries(TARGETS).flatMap(([name, { what, extensions }]) =>
        row(name, `${what} (${extensions.join(", ")})`, 12),
      ),
    ),
    "",
    ...broken("What has no place in the format, is otherwise in it or was made up is said on standard error.", 0),
    ...exitCodes(CAPTURE_EXIT_CODE_TEXT),
  ],
  stats: () => [
    ...examples("bgpwire stats rib.gz", "zcat updates.gz | bgpwire stats"),
    ...exitCodes(CAPTURE_EXIT_CODE_TEXT),
  ],
  demo: () => [
    ...examples("bgpwire demo --once", "bgpwire demo --routes 1000 --port 1179"),
    ...exitCodes(EXIT_CODE_TEXT),
  ],
  replay: () => [
    ...examples(
      "bgpwire replay updates.mrt --to 192.0.2.7 --from 198.51.100.3 --speed 10",
      "bgpwire replay rib.gz --to '[::1]:1790' --as 65001 --once",
      "bgpwire replay --log session.log --print",
    ),
    ...exitCodes(EXIT_CODE_TEXT),
    ...exitCodes(LOG_EXIT_CODE_TEXT, "Exit codes of --log:"),
  ],
};

/** For `addHelpText` of a command. */
export function helpBehind(command: HelpOf): () => string {
  return () => BEHIND[command]().join("\n");
}

function section(title: string, lines: Lines): Lines {
  return ["", title, ...lines];
}

function examples(...lines: string[]): Lines {
  return section(
    lines.length === 1 ? "Example:" : "Examples:",
    lines.map((line) => `  ${line}`),
  );
}

function keys(
  part: "peer" | "announcement" | "station",
  table: Readonly<Record<string, { readonly field: string }>>,
): Lines {
  const descriptions = schemaDescriptions(part);
  return Object.entries(table).flatMap(([key, { field }]) => row(key, descriptions(field), 26));
}

function commands(): Lines {
  return COMMANDS.flatMap(([usage, what]) => [`  ${usage}`].concat(broken(what, 6)));
}

function filters(): Lines {
  return section(
    "Filters of show peers, any value of which has to match (a,b) and each of which\nhas to (a=… b=…):",
    Object.entries(PEER_FILTERS).flatMap(([name, accepts]) => row(name, accepts, 12)),
  );
}

function formats(): Lines {
  return section(
    "Formats:",
    Object.entries(FORMATS).flatMap(([name, { what }]) => row(name, what, 12)),
  );
}

function exitCodes(codes: ExitCodeText, title: string = "Exit codes:"): Lines {
  return section(
    title,
    codes.flatMap(([code, text]) => row(String(code).padStart(3), text, 7)),
  );
}

/** A name, and what it is from a column on. */
function row(name: string, text: string, column: number): Lines {
  const [first, ...others] = broken(text, column);
  return [`  ${name}`.padEnd(column) + first!.slice(column), ...others];
}

/** Text in lines that are indented by so many columns and fit. */
function broken(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = " ".repeat(indent);
  for (const word of text.split(" ")) {
    if (line.length > indent && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = " ".repeat(indent);
    }
    line += line.length > indent ? ` ${word}` : word;
  }
  return [...lines, line];
}
