// `bgpwire run` with BFD that somebody else runs and tells by commands, for a peer of a listen range in strict mode.
import { Ajv } from "ajv";
import { readFileSync } from "node:fs";
import { bfdStrict, type CloseReason } from "@bgpwire/core";
import { createSpeaker } from "@bgpwire/transport-node";
import { afterEach, expect, it } from "vitest";
import { RunningCommand } from "./command.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

it("waits for BFD, ends with Cease/BFD Down, and shows both, with the range", { timeout: 60_000 }, async () => {
  const peers = ["127.0.0.0/8,as=external,bfd-strict,bfd-hold=20,limit=2", "10.0.0.0/8,as=any"];
  const general = ["--router-id", "192.0.2.1", "--local-as", "65001", "--listen", "127.0.0.1:0", "--http", "0"];
  const run = new RunningCommand(["run", ...general, ...peers.flatMap((peer) => ["--peer", peer])]);
  endings.push(() => run.kill());
  const remotePort = (await run.saw("listening")).port;
  const { port: http } = await run.saw("http");

  const speaker = createSpeaker({ routerId: "192.0.2.2" });
  endings.push(() => speaker.stop());
  let closed!: (reason: CloseReason) => void;
  const close = new Promise<CloseReason>((resolve) => (closed = resolve));
  const peer = speaker.addPeer(
    { remoteAddress: "127.0.0.1", remotePort, localAs: 65002, remoteAs: 65001, capabilities: [bfdStrict()] },
    { onClose: (_session, reason) => closed(reason) },
  );
  peer.bfd("up");
  await speaker.start();

  // The other side's BFD is up; ours has not said anything.
  await run.saw("open", { direction: "received" });
  run.type("show peers");
  const { peers: shown, ranges } = await run.saw("peers");
  expect(shown).toMatchObject([{ state: "OpenSent", range: "127.0.0.0/8", bfd: null, awaitsBfd: true }]);
  expect(ranges).toEqual([
    { prefix: "127.0.0.0/8", limit: 2, peers: 1 },
    { prefix: "10.0.0.0/8", limit: 100, peers: 0 },
  ]);
  run.type("bfd 127.0.0.1 up");
  await run.saw("established", { peer: "127.0.0.1" });
  const metrics = await (await fetch(`http://127.0.0.1:${http}/metrics`)).text();
  expect(metrics).toContain('bgpwire_listen_range_peers{range="127.0.0.0/8"} 1\n');
  expect(metrics).toContain('bgpwire_listen_range_limit{range="10.0.0.0/8"} 100\n');
  expect(metrics).toContain('bgpwire_peer_bfd_up{peer="127.0.0.1"} 1\n');

  run.type("bfd 127.0.0.1 sideways");
  run.type("bfd 127.0.0.9 down");
  run.type("bfd 127.0.0.1 down");
  expect(await close).toMatchObject({ cause: "remote", notification: { code: 6, subcode: 10 } });
  expect(await run.saw("closed")).toMatchObject({ cause: "bfd", text: "BFD has lost the peer" });
  const said = run.lines.flatMap((line) => (line.type === "command" ? [[line.ok, line.text]] : []));
  expect(said).toEqual([
    [true, "BFD of 127.0.0.1 is up"],
    [false, "usage: bfd PEER up|down|admin-down [independent]"],
    [false, 'there is no peer "127.0.0.9"; known: 127.0.0.1'],
    [true, "BFD of 127.0.0.1 is down"],
  ]);
  const schema = new URL("../../packages/cli/schema/events.schema.json", import.meta.url);
  const validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(schema, "utf8")));
  for (const line of run.lines) if (!validate(line)) expect.fail(JSON.stringify([line, validate.errors]));
});
