// Starting and stopping a speaker: listeners, the last NOTIFICATION, the bound on waiting, and starting again.
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../packages/core/src/fault.ts";
import type { SpeakerOptions } from "../../packages/core/src/speaker/speaker-options.ts";
import { Speaker } from "../../packages/core/src/speaker/speaker.ts";
import { ScriptedTransport, settled } from "../support/scripted-transport.ts";
import { OPTIONS, SpeakerDriver } from "../support/speaker-driver.ts";
import { update } from "../support/wire.ts";
import { unhandledRejections } from "../support/unhandled-rejections.ts";

const LISTEN = [
  { address: "192.0.2.1", port: 179 },
  { address: "2001:db8::1", port: 0 },
];

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "nothing was refused",
    (error: unknown) => (error instanceof ConfigError ? error.code : String(error)),
  );
}

const refused = (options: unknown): ConfigError => {
  try {
    void new Speaker(options as SpeakerOptions, new ScriptedTransport());
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error("nothing was refused");
};

describe("options of a speaker", () => {
  test.each([
    [{ routerId: "0.0.0.0" }, "routerId"],
    [{ routerId: "router" }, "routerId"],
    [{}, "routerId"],
    [{ routerId: "1.1.1.1", listen: "::" }, "listen"],
    [{ routerId: "1.1.1.1", listen: [{ address: "localhost", port: 179 }] }, "listen[0].address"],
    [{ routerId: "1.1.1.1", listen: [{ address: "::" }, { address: "::", port: 65536 }] }, "listen[1].port"],
    [{ routerId: "1.1.1.1", listen: [7] }, "listen[0]"],
    [undefined, "options"],
    [{ routerId: "1.1.1.1", localAs: 65001 }, "localAs"],
    [{ routerId: "1.1.1.1", stopTimeout: -1 }, "stopTimeout"],
    [{ routerId: "1.1.1.1", connectTimeout: 0 }, "connectTimeout"],
    [{ routerId: "1.1.1.1", onEvent: "log" }, "onEvent"],
  ])("%j is refused", (options, field) => {
    expect(refused(options)).toMatchObject({ code: "invalid-value", field });
  });

  test("every address may be listened on", async () => {
    const d = new SpeakerDriver({
      listen: [
        { address: "::", port: 1790 },
        { address: "0.0.0.0", port: 1790 },
      ],
    });
    await d.speaker.start();
    expect(d.speaker.listeners.map((l) => l.address)).toEqual(["::", "0.0.0.0"]);
  });

  test("the connect timeout reaches the driver in milliseconds", async () => {
    const d = new SpeakerDriver({ connectTimeout: 2.5 });
    d.add({ remotePort: 1179, localAddress: "192.0.2.9" });
    await d.speaker.start();
    expect(d.transport.targets).toEqual([
      { address: "192.0.2.2", port: 1179, localAddress: "192.0.2.9", timeout: 2500 },
    ]);
  });
});

describe("start", () => {
  test("listens on every target and starts the enabled peers", async () => {
    const d = new SpeakerDriver({ listen: LISTEN });
    d.add();
    d.add({ remoteAddress: "192.0.2.3", enabled: false });
    d.add({ remoteAddress: "192.0.2.4", passive: true });
    expect(d.speaker.running).toBe(false);
    expect(d.speaker.listeners).toEqual([]);
    expect(d.transport.links).toHaveLength(0);
    await d.speaker.start();
    expect(d.speaker.running).toBe(true);
    expect(d.speaker.listeners.map((l) => [l.address, l.port])).toEqual([
      ["192.0.2.1", 179],
      ["2001:db8::1", 20_001],
    ]);
    expect(d.transport.targets.map((t) => t.address)).toEqual(["192.0.2.2"]);
    expect(d.speaker.peers().map((p) => p.state)).toEqual(["Connect", "Idle", "Active"]);
  });

  test("listens nowhere unless told to", async () => {
    const d = new SpeakerDriver();
    await d.speaker.start();
    expect(d.speaker.listeners).toEqual([]);
  });

  test("twice is refused", async () => {
    const d = new SpeakerDriver();
    const first = d.speaker.start();
    expect(await codeOf(d.speaker.start())).toBe("already-started");
    await first;
    expect(await codeOf(d.speaker.start())).toBe("already-started");
  });

  test("fails as a whole where one address cannot be bound, and may be tried again", async () => {
    const d = new SpeakerDriver({ listen: LISTEN });
    d.add();
    d.transport.taken.add(179);
    expect(await codeOf(d.speaker.start())).toBe("Error: EADDRINUSE 192.0.2.1:179");
    expect(d.speaker.running).toBe(false);
    expect(d.speaker.listeners).toEqual([]);
    expect(d.transport.listeners.every((l) => l.closed)).toBe(true);
    expect(d.transport.targets).toEqual([]);
    d.transport.taken.clear();
    await d.speaker.start();
    expect(d.speaker.listeners).toHaveLength(2);
    expect(d.transport.targets).toHaveLength(1);
  });

  test("a dial that the platform cannot even try is a failed dial", async () => {
    const d = new SpeakerDriver();
    d.transport.unreachable = new Error("EINVAL");
    const peer = d.add();
    await d.speaker.start();
    expect(d.eventsOf("dialFailed")).toEqual([{ type: "dialFailed", peer, conn: 2, reason: "Error: EINVAL" }]);
    d.transport.unreachable = null;
    d.transport.advance(5_000);
    d.transport.dialled.connect().establish();
    expect(peer.state).toBe("Established");
  });
});

describe("other targets to listen on", () => {
  const A = { address: "192.0.2.1", port: 179 };
  const B = { address: "192.0.2.2", port: 179 };
  const ANY = { address: "2001:db8::1", port: 0 };

  test("open and close; the socket of one that stays is the same, and so is every session", async () => {
    const d = new SpeakerDriver({ listen: [A, ANY] });
    const peer = d.add();
    await d.speaker.start();
    d.transport.dialled.connect().establish();
    const [, kept] = d.speaker.listeners;
    await d.speaker.changeListen([ANY, B]);
    expect(d.speaker.listeners[0]).toBe(kept);
    expect(d.speaker.listeners.map((l) => l.address)).toEqual(["2001:db8::1", "192.0.2.2"]);
    expect(d.transport.listeners.map((l) => l.closed)).toEqual([true, false, false]);
    await d.speaker.changeListen([]);
    expect(d.transport.listeners.every((l) => l.closed)).toBe(true);
    expect(peer.state).toBe("Established");
  });

  test("that cannot be bound leave everything as it was, also where one that goes was in the way", async () => {
    const d = new SpeakerDriver({ listen: [A, ANY] });
    await d.speaker.start();
    d.transport.taken.add(1790);
    expect(await codeOf(d.speaker.changeListen([ANY, B, { ...B, port: 1790 }]))).toBe(
      "Error: EADDRINUSE 192.0.2.2:1790",
    );
    const open = d.transport.listeners.filter((l) => !l.closed);
    expect(d.speaker.listeners).toEqual(expect.arrayContaining(open));
    expect(d.speaker.listeners.map((l) => [l.address, l.port])).toEqual(
      expect.arrayContaining([
        ["192.0.2.1", 179],
        ["2001:db8::1", 20_001],
      ]),
    );
    expect(open).toHaveLength(2);
    await d.speaker.stop();
    expect(d.transport.listeners.every((l) => l.closed)).toBe(true);
  });

  test("are those of the next start while the speaker is stopped, and wait for nobody while it stops", async () => {
    const d = new SpeakerDriver({ listen: [A] });
    await d.speaker.changeListen([B]);
    const starting = d.speaker.start();
    expect(await codeOf(d.speaker.changeListen([A]))).toBe("already-started");
    await starting;
    expect(d.speaker.listeners.map((l) => l.address)).toEqual(["192.0.2.2"]);
    const changing = d.speaker.changeListen([A, B]);
    await d.speaker.stop();
    await changing.catch(() => {});
    expect(d.transport.listeners.every((l) => l.closed)).toBe(true);
    expect(await codeOf(d.speaker.changeListen([{ address: "localhost", port: 1 }]))).toBe("invalid-value");
  });
});

describe("stop", () => {
  test("ends every session with Cease/Administrative Shutdown and its text (RFC 9003), and closes the listeners", async () => {
    const d = new SpeakerDriver({ listen: LISTEN });
    const one = await d.up();
    const two = await d.up({ remoteAddress: "192.0.2.3" });
    d.add({ remoteAddress: "192.0.2.4" });
    const dialling = d.transport.dialled;
    await d.speaker.stop("upgrade");
    for (const { link } of [one, two]) {
      expect(link.said.at(-1)).toBe("NOTIFICATION 6/2 0775706772616465");
      expect(link.closes).toEqual(["flush"]);
    }
    expect(dialling.closes).toEqual(["abort"]);
    expect(d.transport.listeners.every((l) => l.closed)).toBe(true);
    expect(d.speaker.listeners).toEqual([]);
    expect(d.speaker.running).toBe(false);
    expect(d.heard.filter((line) => line.startsWith("close"))).toEqual([
      "close administrative",
      "close administrative",
    ]);
    expect(d.transport.wakeAt).toBeNull();
  });

  test("says nothing of a text that is not there", async () => {
    const d = new SpeakerDriver();
    const { link } = await d.up();
    await d.speaker.stop();
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/2");
  });

  test("waits until the last bytes have left", async () => {
    const d = new SpeakerDriver();
    const { link } = await d.up();
    link.lingers = true;
    let stopped = false;
    const stop = d.speaker.stop().then(() => (stopped = true));
    await settled();
    expect(stopped).toBe(false);
    expect(await codeOf(d.speaker.start())).toBe("already-started");
    link.events!.gone();
    await stop;
    expect(link.closes).toEqual(["flush"]);
  });

  test("cuts what has not left after the timeout", async () => {
    const d = new SpeakerDriver({ stopTimeout: 2 });
    const { link } = await d.up();
    link.lingers = true;
    let stopped = false;
    const stop = d.speaker.stop().then(() => (stopped = true));
    await settled();
    d.transport.advance(1_999);
    await settled();
    expect(stopped).toBe(false);
    d.transport.advance(1);
    await stop;
    expect(link.closes).toEqual(["flush", "abort"]);
    expect(d.transport.wakeAt).toBeNull();
  });

  test("waits five seconds by default", async () => {
    const d = new SpeakerDriver();
    const { link } = await d.up();
    link.lingers = true;
    const stop = d.speaker.stop();
    await settled();
    expect(d.transport.wakeAt).toBe(d.transport.time + 5_000);
    d.transport.advance(5_000);
    await stop;
  });

  test("does not wait for connections that were cut", async () => {
    const d = new SpeakerDriver();
    const { link } = await d.up();
    link.lingers = true;
    link.events!.closed("ECONNRESET");
    expect(link.closes).toEqual(["abort"]);
    await d.speaker.stop();
  });

  test("waits for the last bytes also where a callback has called it", async () => {
    const d = new SpeakerDriver();
    let stopped = false;
    let stop!: Promise<unknown>;
    const { link } = await d.up(
      {},
      d.plugin("", {
        onEstablished: () => () => void (stop = d.speaker.stop().then(() => (stopped = true))),
      }),
    );
    link.lingers = true;
    link.say(update());
    await settled();
    expect(link.closes).toEqual(["flush"]);
    expect(stopped).toBe(false);
    link.events!.gone();
    await stop;
  });

  test("a speaker that is stopped stays so, and twice is once", async () => {
    const d = new SpeakerDriver();
    await d.speaker.stop();
    const { link } = await d.up();
    await Promise.all([d.speaker.stop("one"), d.speaker.stop("two")]);
    await d.speaker.stop();
    expect(link.said.filter((m) => m.startsWith("NOTIFICATION"))).toEqual(["NOTIFICATION 6/2 036f6e65"]);
  });

  test("while starting stops after the start", async () => {
    const d = new SpeakerDriver({ listen: LISTEN });
    d.add();
    const start = d.speaker.start();
    const stop = d.speaker.stop();
    await Promise.all([start, stop]);
    expect(d.speaker.running).toBe(false);
    expect(d.transport.listeners.every((l) => l.closed)).toBe(true);
    expect(d.speaker.peers().map((p) => p.state)).toEqual(["Idle"]);
  });

  test("while a start fails is no error", async () => {
    const d = new SpeakerDriver({ listen: LISTEN });
    d.transport.taken.add(179);
    const start = codeOf(d.speaker.start());
    await d.speaker.stop();
    expect(await start).toContain("EADDRINUSE");
    expect(d.speaker.running).toBe(false);
  });

  test("nobody dials, listens or is due afterwards", async () => {
    const d = new SpeakerDriver();
    await d.up();
    d.add({ remoteAddress: "192.0.2.3" });
    await d.speaker.stop();
    const dials = d.transport.targets.length;
    d.transport.advance(1_000_000);
    expect(d.transport.targets).toHaveLength(dials);
  });
});

describe("starting again", () => {
  test("brings the same peers up again, those disabled meanwhile excepted", async () => {
    const d = new SpeakerDriver({ listen: LISTEN });
    const { peer } = await d.up();
    const other = d.add({ remoteAddress: "192.0.2.3" });
    await d.speaker.stop();
    other.disable();
    const dials = d.transport.targets.length;
    await d.speaker.start();
    expect(d.transport.targets.slice(dials).map((t) => t.address)).toEqual(["192.0.2.2"]);
    d.transport.dialled.connect().establish();
    expect(peer.state).toBe("Established");
    expect(other.state).toBe("Idle");
    expect(d.heard).toEqual(["up", "close administrative", "up"]);
  });

  test("a peer disabled or added before the start is treated so", async () => {
    const d = new SpeakerDriver();
    const peer = d.add({ enabled: false });
    peer.enable();
    d.add({ remoteAddress: "192.0.2.3" }).disable();
    expect(d.transport.targets).toEqual([]);
    await d.speaker.start();
    expect(d.transport.targets.map((t) => t.address)).toEqual(["192.0.2.2"]);
  });
});

describe("an AbortSignal", () => {
  test("stops the speaker", async () => {
    const controller = new AbortController();
    const d = new SpeakerDriver({ signal: controller.signal });
    const { link } = await d.up();
    controller.abort();
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/2");
    await d.speaker.stop();
    expect(d.speaker.running).toBe(false);
  });

  test("that is aborted already refuses the start with its reason", async () => {
    const d = new SpeakerDriver({ signal: AbortSignal.abort(new Error("too late")) });
    expect(await codeOf(d.speaker.start())).toBe("Error: too late");
    expect(d.speaker.running).toBe(false);
  });

  test("is not listened to any more once the speaker is stopped", async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const counted = {
      get aborted() {
        return signal.aborted;
      },
      get reason(): unknown {
        return signal.reason;
      },
      addEventListener: () => void (listeners += 1),
      removeEventListener: () => void (listeners -= 1),
    };
    const d = new SpeakerDriver({ signal: counted, listen: LISTEN });
    await d.speaker.start();
    expect(listeners).toBe(1);
    await d.speaker.stop();
    expect(listeners).toBe(0);
    d.transport.taken.add(179);
    await codeOf(d.speaker.start());
    expect(listeners).toBe(0);
  });
});

describe("onEvent", () => {
  test("hears everything in order", async () => {
    const d = new SpeakerDriver();
    const { link, peer } = await d.up();
    link.say(update());
    peer.disable();
    expect(
      d.events.map((e) =>
        e.type === "state"
          ? `${e.from}-${e.to}`
          : e.type === "open" || e.type === "notified"
            ? `${e.type} ${e.direction}`
            : e.type,
      ),
    ).toEqual([
      "Idle-Connect",
      "open sent",
      "Connect-OpenSent",
      "open received",
      "OpenSent-OpenConfirm",
      "OpenConfirm-Established",
      "Established-Idle",
      "notified sent",
      "ended",
      "idle",
    ]);
    expect(d.events.every((e) => !("peer" in e) || e.peer === peer)).toBe(true);
  });

  test("that throws touches no session; the platform reports it as an unhandled rejection", async () => {
    const reported = await unhandledRejections(async () => {
      const d = new SpeakerDriver({
        onEvent: (event) => {
          if (event.type === "open") throw new Error("disk full");
        },
      });
      const { peer } = await d.up();
      expect(peer.state).toBe("Established");
    });
    expect(reported).toEqual([new Error("disk full"), new Error("disk full")]);
  });

  test("is off by default", async () => {
    const transport = new ScriptedTransport();
    const speaker = new Speaker({ routerId: "10.0.0.1" }, transport);
    const peer = speaker.addPeer(OPTIONS);
    await speaker.start();
    transport.dialled.connect().establish();
    expect(peer.state).toBe("Established");
    expect(speaker.routerId).toBe("10.0.0.1");
  });
});
