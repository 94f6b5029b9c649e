// Peers without a number: FRR's `neighbor IF interface` finds us by our Router Advertisements, or we find it, or one of ours, by
// theirs; and a peer that is given by its link-local address. All with routes of IPv4 that go by next hops of IPv6.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { RunningCommand } from "../cli/command.ts";
import { frr } from "./routers/frr.ts";
import { realRoot } from "./routers/router.ts";
import { absent, outside } from "./support/absent.ts";
import { run, startDaemon, type Daemon } from "./support/daemon.ts";
import { CABLE, inFar, removeFar, whyNoFar } from "./support/far.ts";
import { until } from "./support/until.ts";

const { near, far } = CABLE;
/** An address of ours for the second peer. */
const OTHER = "fe80::c";

const CONFIGURATION = `frr defaults traditional
router bgp 65002
 bgp router-id 192.0.2.2
 no bgp ebgp-requires-policy
 no bgp network import-check
 coalesce-time 0
 neighbor ${far.device} interface remote-as external
 neighbor ${far.device} timers connect 1
 neighbor ${OTHER} remote-as 65003
 neighbor ${OTHER} interface ${far.device}
 neighbor ${OTHER} passive
 neighbor ${OTHER} ttl-security hops 1
 neighbor ${OTHER} capability extended-nexthop
 address-family ipv4 unicast
  network 198.51.100.0/24
 exit-address-family
 address-family ipv6 unicast
  network 2001:db8:2::/48
  neighbor ${far.device} activate
  neighbor ${OTHER} activate
 exit-address-family
exit
`;

async function missing(): Promise<string | null> {
  const why = outside();
  if (why !== null) return why;
  const found = await frr.probe();
  if ("missing" in found) return `FRR: ${found.missing}`;
  if (!(await realRoot())) return "FRR: zebra gives up root for its own user";
  return whyNoFar();
}

/** What both sides announce: two families, and only link-local next hops. */
const ANNOUNCED = ["203.0.113.0/24", "2001:db8:1::/48"].flatMap((prefix) => ["--announce", `${prefix},next-hop=self`]);

/** Both have each other's routes, and FRR has those of ours in the kernel. */
async function exchanged(command: RunningCommand, peer: string, ours: string): Promise<void> {
  for (const prefix of ["198.51.100.0/24", "2001:db8:2::/48"]) {
    const { announced } = await command.saw("update", { peer, direction: "received" }, (update) =>
      update.announced.some((route) => route.prefix === prefix),
    );
    expect(announced).toMatchObject([{ prefix, nextHop: far.address }]);
  }
  for (const [ip, prefix] of [
    ["ip -4", "203.0.113.0/24"],
    ["ip -6", "2001:db8:1::/48"],
  ] as const) {
    const via = new RegExp(`via (inet6 )?${ours} dev ${far.device}`);
    await until(`FRR to route ${prefix}`, async () => {
      const shown = await run(...inFar(...ip.split(" "), "route", "show", prefix));
      return via.test(shown);
    });
  }
}

const why = await missing();
if (why !== null) absent(`unnumbered peers: ${why}`);
else {
  describe("FRR on a link without addresses", () => {
    const directory = mkdtempSync(join(tmpdir(), "bgpwire-unnumbered-"));
    const sockets = join(directory, "vty");
    const daemons: Daemon[] = [];
    const commands: RunningCommand[] = [];

    const ask = (command: string): Promise<string> => run("vtysh", ["--vty_socket", sockets, "-c", command]);

    function ours(as: number, ...args: string[]): RunningCommand {
      const command = new RunningCommand(["run", "--router-id", "192.0.2.1", "--local-as", `${as}`, ...args]);
      commands.push(command);
      return command;
    }

    beforeAll(async () => {
      const zserv = join(directory, "zserv");
      const file = join(directory, "bgpd.conf");
      mkdirSync(sockets);
      writeFileSync(file, CONFIGURATION);
      // zebra is a user of its own.
      for (const path of [directory, sockets]) chmodSync(path, 0o777);
      const start = (name: string, ...args: string[]): Daemon => {
        const all = ["-P", "0", "--vty_socket", sockets, "-z", zserv, "-i", join(directory, `${name}.pid`), ...args];
        const daemon = startDaemon(...inFar(`/usr/lib/frr/${name}`, ...all));
        daemons.push(daemon);
        return daemon;
      };
      start("zebra");
      await until("zebra to answer", () => ask("show interface brief"));
      start("bgpd", "-S", "-p", "179", "-f", file);
      await until("bgpd to answer", () => ask("show bgp summary"));
    });

    afterEach(async () => {
      for (const command of commands.splice(0)) await command.kill();
    });

    afterAll(async () => {
      for (const daemon of daemons.toReversed()) await daemon.stop();
      await removeFar();
      rmSync(directory, { recursive: true, force: true });
    });

    test("`neighbor IF interface` and a peer %IF of ours with Router Advertisements", async () => {
      const peer = `%${near.device},as=external,router-advertisements`;
      const command = ours(65001, "--listen", "[::]:179", "--peer", peer, ...ANNOUNCED);
      const id = `${far.address}%${near.device}`;
      const up = await command.saw("established", { peer: id });
      expect(up).toMatchObject({ session: "ebgp", local: `[${near.address}%${near.device}]:179` });
      await exchanged(command, id, near.address);
      command.type("stop");
      await command.ended;
    });

    test("FRR that is passive on the link is dialled", async () => {
      const passive = (no: string): Promise<string> =>
        run("vtysh", [
          "--vty_socket",
          sockets,
          ...["configure terminal", "router bgp 65002", `${no} neighbor ${far.device} passive`.trim()].flatMap(
            (line) => ["-c", line],
          ),
        ]);
      await passive("");
      const peer = `%${near.device},as=65002,router-advertisements`;
      const command = ours(65001, "--no-listen", "--peer", peer, ...ANNOUNCED);
      const id = `${far.address}%${near.device}`;
      const { remote } = await command.saw("established", { peer: id });
      expect(remote).toBe(`[${id}]:179`);
      await exchanged(command, id, near.address);
      command.type("stop");
      await command.ended;
      await passive("no");
    });

    test("a peer that is given by its link-local address, which we dial", async () => {
      await run("ip", ["address", "add", `${OTHER}/64`, "dev", near.device, "nodad"]);
      const peer = `${far.address}%${near.device},as=65002,local=${OTHER},ttl-security=1,retry=0.5`;
      const command = ours(65003, "--no-listen", "--peer", peer, ...ANNOUNCED);
      const id = `${far.address}%${near.device}`;
      const { local } = await command.saw("established", { peer: id });
      expect(local).toContain(`[${OTHER}%${near.device}]:`);
      await exchanged(command, id, OTHER);
      command.type("stop");
      await command.ended;
    });
  });
}
