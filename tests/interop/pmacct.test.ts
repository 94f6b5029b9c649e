// What `bgpwire run --bmp` tells, in the reading of others: pmacct's station has our peer and its routes, and Wireshark finds
// nothing malformed in the octets between them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RunningCommand } from "../cli/command.ts";
import { probeVersion, communities, route, type Route } from "./routers/router.ts";
import { OUR_ROUTES } from "./scenarios/exchange.ts";
import { absent, outside } from "./support/absent.ts";
import { freePort, OUR_AS, ROUTER_AS, seenFrom, sorted } from "./support/bench.ts";
import { run, startDaemon, type Daemon } from "./support/daemon.ts";
import { ADDRESSES } from "./support/namespace.ts";
import { startOurs, type Ours } from "./support/ours.ts";
import { captureInto } from "./support/recorder.ts";
import { until } from "./support/until.ts";

/** A line of pmbmpd's log: a message, or a route of one. */
interface Logged {
  readonly bmp_msg_type?: string;
  readonly log_type?: "update" | "withdraw";
  readonly is_post?: number;
  readonly is_out?: number;
  readonly ip_prefix?: string;
  readonly bgp_nexthop?: string;
  readonly as_path?: string;
  readonly comms?: string;
  readonly ecomms?: string;
  readonly lcomms?: string;
  readonly origin?: "i" | "e" | "u";
  readonly med?: number;
  readonly [field: string]: unknown;
}

const ORIGINS = { i: "igp", e: "egp", u: "incomplete" } as const;

function words(text: string | undefined): string[] {
  return text?.split(" ") ?? [];
}

/** What it shows of a route. */
function toRoute(line: Logged): Route {
  return route(line.ip_prefix!, line.bgp_nexthop!, {
    origin: ORIGINS[line.origin!],
    asPath: line.as_path!.replaceAll(",", " "),
    med: line.med ?? null,
    communities: communities(words(line.comms)),
    largeCommunities: communities(words(line.lcomms)),
    extendedCommunities: communities(words(line.ecomms).map((word) => word.toLowerCase())),
  });
}

function count(values: readonly string[], type: number): number {
  return values.filter((one) => one === `${type}`).length;
}

const { router: ourRouter, ours: peer, other: station } = ADDRESSES[4];
/** The one who runs `bgpwire run` is the router here, and our speaker of the suite its peer. */
const ROUTES = seenFrom(OUR_AS, OUR_ROUTES);

const why = outside();
const found = why === null ? await probeVersion(/pmbmpd (\S+)/, "pmbmpd", "-V") : { missing: why };
const tshark = await probeVersion(/TShark \(Wireshark\) (\S+?)\.? /, "tshark", "--version");
if ("missing" in found) absent(`pmacct: ${found.missing}`);
else if ("missing" in tshark) absent(`tshark: ${tshark.missing}`);
else {
  describe(`pmacct ${found.version} and tshark ${tshark.version}`, () => {
    const directory = mkdtempSync(join(tmpdir(), "bgpwire-pmacct-"));
    const log = join(directory, "bmp.json");
    const packets = join(directory, "bmp.pcap");
    const port = freePort();
    const bgp = freePort();
    const ends: (() => unknown)[] = [];
    let pmbmpd: Daemon;
    let capture: Daemon;
    let router: RunningCommand;
    let ours: Ours;

    function lines(): Logged[] {
      return readFileSync(log, "utf8")
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Logged);
    }

    /** The first line that has these fields. */
    function logged(fields: Partial<Logged>): Promise<Logged> {
      return until(JSON.stringify(fields), () =>
        lines().find((line) => Object.entries(fields).every(([name, value]) => line[name] === value)),
      );
    }

    /** Waits until the table of what the peer has sent is this. */
    async function shows(routes: readonly Route[]): Promise<void> {
      await until(`pmacct to show ${routes.length} routes`, () => {
        const table = new Map<string, Route>();
        for (const line of lines()) {
          if (line.is_out === 1 || line.ip_prefix === undefined) continue;
          if (line.log_type === "withdraw") table.delete(line.ip_prefix);
          else table.set(line.ip_prefix, toRoute(line));
        }
        expect(sorted([...table.values()])).toEqual(
          // It does not show these.
          sorted(routes).map((r) => Object.assign({}, r, { aggregator: null, atomicAggregate: false })),
        );
        return true;
      });
    }

    beforeAll(async () => {
      const config = join(directory, "pmbmpd.conf");
      writeFileSync(
        config,
        `bmp_daemon_ip: ${station}
bmp_daemon_port: ${port}
bmp_daemon_msglog_file: ${log}
bmp_daemon_msglog_output: json
`,
      );
      pmbmpd = startDaemon("pmbmpd", ["-f", config]);
      // It takes SIGTERM for nothing.
      ends.push(() => pmbmpd.signal("SIGKILL"));
      await until("pmbmpd to listen", () => pmbmpd.output().includes("waiting for BMP data"));
      capture = await captureInto(packets, port);
      ends.push(() => capture.stop());
      const announce = ["--announce", "203.0.113.0/24,next-hop=192.0.2.77,as-path=65010,communities=65002:1,med=5"];
      const own = ["--router-id", ourRouter, "--local-as", String(ROUTER_AS), "--listen", `${ourRouter}:${bgp}`];
      const others = ["--peer", `${peer},as=${OUR_AS},passive`, "--bmp", `${station}:${port},statistics=1`];
      router = new RunningCommand(["run", ...own, ...others, ...announce, "--format", "json"]);
      ends.push(() => router.kill());
      await router.saw("listening");
      await router.saw("station", { connected: true });
      ours = await startOurs({
        address: peer,
        port: freePort(),
        routerId: peer,
        peer: {
          remoteAddress: ourRouter,
          remotePort: bgp,
          localAddress: peer,
          localAs: OUR_AS,
          remoteAs: ROUTER_AS,
          connectRetryTime: 0.5,
        },
      });
      ends.push(() => ours.stop());
      await ours.established();
    });

    afterAll(async () => {
      for (const end of ends.toReversed()) await end();
      rmSync(directory, { recursive: true, force: true });
    });

    test("the router and its peer", async () => {
      expect(await logged({ bmp_msg_type: "init" })).toMatchObject({
        bmp_init_info_sysdescr: expect.stringMatching(/^bgpwire \d/) as unknown,
      });
      const { localPort } = ours.session().endpoints;
      expect(await logged({ bmp_msg_type: "peer_up" })).toMatchObject({
        peer_ip: peer,
        peer_asn: OUR_AS,
        peer_type_str: "Global Instance Peer",
        bgp_id: peer,
        local_ip: ourRouter,
        local_port: bgp,
        remote_port: localPort,
      });
    });

    test("routes of the peer, attribute by attribute, and withdrawals", async () => {
      await ours.announce(OUR_ROUTES);
      await shows(ROUTES);
      const kept = OUR_ROUTES.filter((_, i) => i % 3 !== 0);
      await ours.withdraw(OUR_ROUTES.filter((r) => !kept.includes(r)));
      await shows(seenFrom(OUR_AS, kept));
    });

    test("what the router announces, behind policy (RFC 8671)", async () => {
      const line = await logged({ is_out: 1, log_type: "update" });
      expect(line).toMatchObject({ is_post: 1, peer_ip: peer });
      const attributes = { asPath: `${ROUTER_AS} 65010`, med: 5, communities: ["65002:1"] };
      expect(toRoute(line)).toEqual(route("203.0.113.0/24", "192.0.2.77", attributes));
    });

    test("statistics, the end of the session and the end of the router", async () => {
      const counter = "Number of updates subjected to treat-as-withdraw";
      expect(await logged({ bmp_msg_type: "stats" })).toMatchObject({ counter_type_str: counter, counter_value: 0 });
      ours.peer.disable();
      expect(await logged({ bmp_msg_type: "peer_down" })).toMatchObject({
        peer_ip: peer,
        reason_type: 3,
        reason_str: "The remote system closed the session",
      });
      router.child.kill("SIGTERM");
      const reason = "Session administratively closed";
      expect(await logged({ bmp_msg_type: "term" })).toMatchObject({ bmp_term_info_reason: reason });
      expect((await router.ended).code).toBe(0);
    });

    test("Wireshark finds every message of BGP in it, and nothing malformed", async () => {
      await capture.stop();
      const fields = ["bmp.type", "bgp.type", "_ws.malformed", "_ws.expert.message"].flatMap((field) => ["-e", field]);
      const as = ["-d", `tcp.port==${port},bmp`, "-Y", "bmp", "-T", "fields", ...fields];
      const text = await run("tshark", ["-r", packets, ...as]);
      const rows = text.split("\n").slice(0, -1);
      const [types, messages, ...wrong] = [0, 1, 2, 3].map((column) =>
        rows.flatMap((row) => row.split("\t")[column]!.split(",")).filter((value) => value !== ""),
      );
      expect(wrong).toEqual([[], []]);
      expect([...new Set(types)].sort()).toEqual(["0", "1", "2", "3", "4", "5"]);
      // Both OPENs of Peer Up, the UPDATE of each Route Monitoring, the NOTIFICATION of Peer Down.
      expect([1, 2, 3].map((type) => count(messages!, type))).toEqual([2, count(types!, 0), 1]);
    });
  });
}
