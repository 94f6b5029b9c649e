// `bgpwire run` with capabilities that change while a session is up (draft-ietf-idr-dynamic-cap-02): the peer's, and ours by commands.
import { Ajv } from "ajv";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dynamicCapability, multiprotocol, type Capability, type Session } from "@bgpwire/core";
import { contextOf, decodeUpdate, routesOf } from "@bgpwire/decoder";
import { createSpeaker } from "@bgpwire/transport-node";
import { afterEach, expect, it } from "vitest";
import { RunningCommand } from "./command.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

it("families come and go over the session, whoever brings them", { timeout: 60_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-capabilities-"));
  endings.push(() => rmSync(directory, { recursive: true }));
  const log = join(directory, "log");
  const address = { as: "127.0.0.1", listed: "127.0.0.3" };
  const peers = Object.values(address).flatMap((one) => [
    "--peer",
    `${one},as=65002,passive,family=ipv4-unicast,dynamic-capability`,
  ]);
  const general = ["--router-id", "192.0.2.1", "--local-as", "65001", "--listen", "127.0.0.2:0", "--record", log];
  const routes = ["198.51.100.0/24,next-hop=192.0.2.1", "2001:db8::/32,next-hop=2001:db8::1"];
  const run = new RunningCommand(["run", ...general, ...peers, ...routes.flatMap((route) => ["--announce", route])]);
  endings.push(() => run.kill());
  const remotePort = (await run.saw("listening")).port;

  const speaker = createSpeaker({ routerId: "192.0.2.2" });
  endings.push(() => speaker.stop());
  const heard: string[] = [];
  let session!: Session;
  const changed: (() => void)[] = [];
  const add = (localAddress: string, dynamic: Capability): void => {
    const capabilities = [multiprotocol(1, 1), dynamic];
    const options = { remoteAddress: "127.0.0.2", remotePort, localAddress, localAs: 65002, remoteAs: 65001 };
    speaker.addPeer(
      { ...options, capabilities },
      {
        onEstablished(up) {
          if (localAddress !== address.as) return null;
          session = up;
          const context = contextOf(up.negotiated);
          return (body) => {
            const { announced, endOfRib } = routesOf(decodeUpdate(body, context).update);
            heard.push(
              ...announced.map((route) => String(Object(route).prefix)),
              ...(endOfRib === null ? [] : ["end"]),
            );
            for (const wake of changed.splice(0)) wake();
          };
        },
        onCapabilities({ negotiated }) {
          heard.push(`families ${negotiated.families.length}`);
          for (const wake of changed.splice(0)) wake();
        },
      },
    );
  };
  const until = async (line: string): Promise<string[]> => {
    while (heard.at(-1) !== line) await new Promise<void>((resolve) => void changed.push(resolve));
    return heard.splice(0);
  };
  add(address.as, dynamicCapability());
  add(address.listed, dynamicCapability([1, 64]));
  await speaker.start();
  expect(await until("end")).toEqual(["198.51.100.0/24", "end"]);

  expect(session.sendCapabilities([{ action: "advertise", capability: multiprotocol(2, 1) }]).status).toBe("sent");
  await run.saw("capabilities", { direction: "received", families: ["ipv4-unicast"] });
  run.type(`activate ${address.as} ipv6-unicast`);
  expect(await until("end")).toEqual(["families 2", "2001:db8::/32", "end"]);
  run.type(`deactivate ${address.as} ipv4-unicast`);
  expect(await until("families 1")).toEqual(["families 1"]);
  run.type("announce 203.0.113.0/24 next-hop=192.0.2.1");
  run.type(`deactivate ${address.as} ipv6-unicast`);
  run.type(`activate ${address.as} ipv4-unicast`);
  expect(await until("end")).toEqual(["families 2", "198.51.100.0/24", "203.0.113.0/24", "end"]);

  await run.saw("established", { peer: address.listed, dynamicCapability: false });
  run.type(`activate ${address.listed} ipv6-unicast`);
  run.type(`show peer ${address.as}`);
  const { details } = await run.saw("peer");
  expect(details.families.toSorted()).toEqual(["ipv4-unicast", "ipv6-unicast"]);
  expect(details.messages).toMatchObject({ received: { capability: 1 }, sent: { capability: 3 } });
  const said = run.lines.flatMap((line) => (line.type === "command" ? [[line.ok, line.text]] : []));
  expect(said).toEqual([
    [true, "offering ipv6-unicast to 127.0.0.1"],
    [true, "taking back ipv4-unicast from 127.0.0.1"],
    [true, "announcing 203.0.113.0/24"],
    [false, "127.0.0.1 would have no address family any more; shutdown ends its session"],
    [true, "offering ipv4-unicast to 127.0.0.1"],
    [
      false,
      "127.0.0.3 lists codes in capability 67, as later revisions of its draft have it, whose messages are not supported",
    ],
  ]);
  const schema = new URL("../../packages/cli/schema/events.schema.json", import.meta.url);
  const validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(schema, "utf8")));
  for (const line of run.lines) if (!validate(line)) expect.fail(JSON.stringify([line, validate.errors]));

  run.type("stop");
  expect((await run.ended).code).toBe(0);
  const replay = new RunningCommand(["replay", "--log", log]);
  expect(await replay.ended).toMatchObject({ code: 0 });
  const decode = new RunningCommand(["decode", `${log}.mrt`, "--type", "capability"]);
  const { stdout } = await decode.ended;
  const lines = stdout.split("\n").map((line) => line.replace(/^.*CAPABILITY {2}/, ""));
  expect(lines).toEqual([
    "advertise multiprotocol ipv6-unicast",
    "advertise multiprotocol ipv6-unicast",
    "remove multiprotocol ipv4-unicast",
    "advertise multiprotocol ipv4-unicast",
    "",
  ]);
});
