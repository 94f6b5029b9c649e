// Graceful restart as a plugin hears it, and the one thing that needs all peers of a speaker: when routes are selected after a
// restart of ours (RFC 4724 section 4.1).
import { describe, expect, test } from "vitest";
import { familyName } from "../../packages/core/src/iana/family.ts";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import type { Plugin } from "../../packages/core/src/speaker/plugin.ts";
import type { ScriptedLink } from "../support/scripted-transport.ts";
import { SpeakerDriver } from "../support/speaker-driver.ts";
import { capability, notification, update, usualCapabilities } from "../support/wire.ts";

const HELPS: Partial<PeerOptions> = { gracefulRestart: {} };
const RESTARTS: Partial<PeerOptions> = { gracefulRestart: { restarting: true, selectionDeferralTime: 100 } };
const END_OF_RIB = update("0000 0000");

const capable = (restart: string): { capabilities: Uint8Array[] } => ({
  capabilities: [...usualCapabilities(65002), capability(64, restart)],
});
const RESTARTABLE = capable("4078 0001 01 80");

/** A plugin that hears of restarts too. */
function hears(d: SpeakerDriver, name: string = "", more: Partial<Plugin> = {}): Plugin {
  const hear = (line: string): void => void d.heard.push(name === "" ? line : `${name} ${line}`);
  return d.plugin(name, {
    onEndOfRib: (_session, family) => hear(`End-of-RIB ${familyName(family)}`),
    onClose: (_session, reason, retained) => hear(`close ${reason.cause} ${retained?.map(familyName).join() ?? "all"}`),
    onStale: (peer, { action, cause, ...family }) => hear(`${peer.id} ${action} ${familyName(family)} ${cause}`),
    onSelection: (_peer, family, cause) => hear(`select ${familyName(family)} ${cause}`),
    ...more,
  });
}

/** The newest link, connected and established. */
function establish(d: SpeakerDriver, fields = RESTARTABLE): ScriptedLink {
  return d.transport.dialled.connect().establish(fields);
}

function fails(): void {
  throw new Error("no");
}

describe("a peer that restarts", () => {
  test("onClose tells what is retained, onStale what becomes of it, onEndOfRib that all is there", async () => {
    const d = new SpeakerDriver();
    d.add(HELPS, hears(d));
    await d.speaker.start();
    establish(d).events!.closed("ECONNRESET");
    d.transport.advance(5_000);
    establish(d).say(END_OF_RIB);
    expect(d.heard).toEqual([
      "up",
      "close transport ipv4-unicast",
      "up",
      "update 00000000",
      "End-of-RIB ipv4-unicast",
      "192.0.2.2 drop ipv4-unicast endOfRib",
    ]);
    expect(d.eventsOf("retained")).toMatchObject([{ conn: 2, families: [{ afi: 1, safi: 1 }] }]);
    expect(d.eventsOf("stale")).toMatchObject([{ action: "drop", afi: 1, safi: 1, cause: "endOfRib", until: null }]);
  });

  test("that does not come back is told without a session", async () => {
    const d = new SpeakerDriver();
    d.add(HELPS, hears(d));
    await d.speaker.start();
    establish(d).events!.eof();
    d.transport.advance(120_000);
    expect(d.heard).toEqual(["up", "close transport ipv4-unicast", "192.0.2.2 drop ipv4-unicast restartTime"]);
  });

  test("callbacks that throw cost nothing but are told", async () => {
    const d = new SpeakerDriver();
    d.add(HELPS, hears(d, "", { onEndOfRib: fails, onStale: fails }));
    await d.speaker.start();
    establish(d).events!.closed("ECONNRESET");
    d.transport.advance(5_000);
    const link = establish(d);
    link.say(END_OF_RIB);
    expect(d.eventsOf("pluginError").map((e) => e.callback)).toEqual(["onEndOfRib", "onStale"]);
    expect(link.closes).toEqual([]);
  });
});

/** What is said last to a peer with the N bit. */
async function lastSaid(end: (d: SpeakerDriver) => unknown): Promise<string | undefined> {
  const d = new SpeakerDriver();
  d.add(HELPS, hears(d));
  await d.speaker.start();
  const link = establish(d);
  void end(d);
  return link.said.at(-1);
}

describe("endings of ours (RFC 8538 section 5.1)", () => {
  test("stop, disable and delete are Hard Resets; a reset and a change of configuration are graceful", async () => {
    expect(await lastSaid((d) => d.speaker.stop("ok"))).toBe("NOTIFICATION 6/9 0602026f6b");
    expect(await lastSaid((d) => d.speaker.getPeer("192.0.2.2")!.disable())).toBe("NOTIFICATION 6/9 0602");
    expect(await lastSaid((d) => d.speaker.deletePeer("192.0.2.2"))).toBe("NOTIFICATION 6/9 0603");
    expect(await lastSaid((d) => d.speaker.getPeer("192.0.2.2")!.reset())).toBe("NOTIFICATION 6/4");
    expect(await lastSaid((d) => d.speaker.changePeer("192.0.2.2", { localAs: 65009 }))).toBe("NOTIFICATION 6/6");
  });

  test("a reset may be hard, where the peer knows what that is", async () => {
    expect(await lastSaid((d) => d.speaker.getPeer("192.0.2.2")!.reset("", true))).toBe("NOTIFICATION 6/9 0604");
    const d = new SpeakerDriver();
    const { peer, link } = await d.up();
    peer.reset("", true);
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/4");
  });

  test("stop(null) closes without a word, so that the peer retains our routes", async () => {
    expect(await lastSaid((d) => d.speaker.stop(null))).toBe("KEEPALIVE");
  });
});

function selected(d: SpeakerDriver): string[] {
  return d.heard.filter((line) => line.includes("select"));
}

/** Two peers that are up; what they say of restarts is theirs. */
async function two(first = RESTARTABLE, second = RESTARTABLE): Promise<{ d: SpeakerDriver; links: ScriptedLink[] }> {
  const d = new SpeakerDriver();
  d.add(RESTARTS, hears(d, "a"));
  d.add({ ...RESTARTS, remoteAddress: "192.0.2.3" }, hears(d, "b"));
  await d.speaker.start();
  const links = d.transport.links.slice();
  links[0]!.connect().establish(first);
  links[1]!.connect().establish(second);
  return { d, links };
}

describe("after a restart of ours", () => {
  test("routes are selected when the last of all peers has told its own", async () => {
    const { d, links } = await two();
    links[0]!.say(END_OF_RIB);
    expect(selected(d)).toEqual([]);
    links[1]!.say(END_OF_RIB);
    expect(selected(d)).toEqual(["a select ipv4-unicast endOfRib", "b select ipv4-unicast endOfRib"]);
    expect(d.eventsOf("selection").map((e) => e.peer.id)).toEqual(["192.0.2.2", "192.0.2.3"]);
  });

  test("those that have restarted too, or cannot, are not waited for", async () => {
    const { d, links } = await two(capable("8078 0001 01 80"));
    expect(selected(d)).toEqual([]);
    links[1]!.say(END_OF_RIB);
    expect(selected(d)).toEqual(["a select ipv4-unicast restartState", "b select ipv4-unicast endOfRib"]);
    const alone = await two(capable("8078 0001 01 80"), { capabilities: usualCapabilities(65002) });
    expect(selected(alone.d)).toEqual(["a select ipv4-unicast restartState", "b select ipv4-unicast notNegotiated"]);
  });

  test("nobody waits for a peer that is deleted or disabled, and it is told nothing", async () => {
    for (const end of ["delete", "disable"] as const) {
      const { d, links } = await two();
      links[0]!.say(END_OF_RIB);
      if (end === "delete") d.speaker.deletePeer("192.0.2.3");
      else d.speaker.getPeer("192.0.2.3")!.disable();
      expect(selected(d)).toEqual(["a select ipv4-unicast endOfRib"]);
    }
  });

  test("a peer that is deleted meanwhile is told nothing, though it was waited for no more", async () => {
    const { d, links } = await two();
    links[0]!.say(END_OF_RIB);
    d.speaker.deletePeer("192.0.2.2");
    links[1]!.say(END_OF_RIB);
    expect(selected(d)).toEqual(["b select ipv4-unicast endOfRib"]);
  });

  test("nor longer than the Selection_Deferral_Timer", async () => {
    const { d, links } = await two();
    links[0]!.say(END_OF_RIB);
    links[1]!.say(notification(6, 4));
    d.transport.advance(100_000);
    expect(selected(d)).toEqual(["a select ipv4-unicast endOfRib", "b select ipv4-unicast selectionDeferralTime"]);
  });
});
