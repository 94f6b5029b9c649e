// `bgpwire run` with options of the sockets: TCP MD5 from the configuration file, whose password is printed nowhere.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "@bgpwire/core";
import { createSpeaker } from "@bgpwire/transport-node";
import { afterEach, describe, expect, it } from "vitest";
import { RunningCommand } from "./command.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** Why there is no TCP MD5 here, or null. */
function missing(): string | null {
  try {
    createSpeaker({ routerId: "192.0.2.2" }).checkSocketOptions({ md5Password: "probe" });
    return null;
  } catch (error) {
    return (error as ConfigError).message;
  }
}

const why = missing();

/** A file with one peer. */
function configured(peer: string): string {
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-"));
  endings.push(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "bgp.yaml");
  writeFileSync(file, `routerId: 192.0.2.1\nlocalAs: 65001\nlisten: ["127.0.0.1:0"]\npeers:\n  - ${peer}\n`);
  return file;
}

describe.skipIf(why !== null)(`bgpwire run with options of sockets${why === null ? "" : ` (${why})`}`, () => {
  it("has sessions that are signed, and says nothing of the password", { timeout: 30_000 }, async () => {
    const file = configured("{ address: 127.0.0.1, as: 65002, passive: true, md5Password: secret, dscp: 48 }");
    const log = join(file, "..", "session.log");
    const command = new RunningCommand(["run", "--config", file, "--record", log]);
    endings.push(() => command.kill());
    const remotePort = (await command.saw("listening")).port;
    const speaker = createSpeaker({ routerId: "192.0.2.2" });
    endings.push(() => speaker.stop());
    const peer = { remoteAddress: "127.0.0.1", remotePort, localAs: 65_002, remoteAs: 65_001 };
    speaker.addPeer({ ...peer, md5Password: "secret" });
    await speaker.start();
    await command.saw("state", { to: "Established" });
    await speaker.stop();
    command.child.kill("SIGTERM");
    const { stdout, stderr } = await command.ended;
    expect(stdout + stderr + readFileSync(log, "latin1") + readFileSync(`${log}.mrt`, "latin1")).not.toContain(
      "secret",
    );
  });

  it("ends with one line where the system has no such thing", { timeout: 30_000 }, async () => {
    const file = configured("{ address: 127.0.0.1, as: 65002, bindToDevice: no-such }");
    const command = new RunningCommand(["run", "--config", file]);
    const { code, stderr } = await command.ended;
    expect([code, stderr]).toEqual([
      2,
      `bgpwire: ${file}: peers[0]: bindToDevice: there is no such network device (ENODEV)\n`,
    ]);
  });
});
