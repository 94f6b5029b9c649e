// Two speakers of ours on a link without addresses: each learns the other's from its Router Advertisements.
import { expect, test } from "vitest";
import { RunningCommand } from "../cli/command.ts";
import { absent, outside } from "./support/absent.ts";
import { CABLE, inFar, removeFar, whyNoFar } from "./support/far.ts";

const { near, far } = CABLE;

function side(device: string, as: number, more: string, before: readonly string[] = []): RunningCommand {
  const identity = ["--router-id", `192.0.2.${as - 65000}`, "--local-as", `${as}`, "--listen", "[::]:179"];
  return new RunningCommand(
    ["run", ...identity, "--peer", `%${device},as=external,router-advertisements${more}`],
    {},
    before,
  );
}

const why = outside() ?? (await whyNoFar());
if (why !== null) absent(`unnumbered peers of ours: ${why}`);
else {
  test("a neighbour is found by the link alone and dialled, again when it comes back, and both may dial", async () => {
    const [ip, inside] = inFar();
    const ours = side(near.device, 65001, "");
    let theirs = side(far.device, 65002, ",passive", [ip, ...inside]);
    const peer = `${far.address}%${near.device}`;
    try {
      expect(await ours.saw("established", { peer })).toMatchObject({ remote: `[${peer}]:179` });
      await theirs.saw("established", { peer: `${near.address}%${far.device}` });
      theirs.type("stop");
      await theirs.ended;
      await ours.saw("closed", { peer });
      const from = ours.lines.length;
      theirs = side(far.device, 65002, "", [ip, ...inside]);
      await ours.saw("established", { peer }, () => true, from);
      await theirs.saw("established", { peer: `${near.address}%${far.device}` });
    } finally {
      await Promise.all([ours.kill(), theirs.kill()]);
      await removeFar();
    }
  });
}
