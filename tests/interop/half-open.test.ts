// Half-open connections as the kernel makes them: a host at the other end of a cable vanishes without a FIN or a reset, and comes back
// without its connections. tests/faults/half-open.test.ts has every state, on virtual time.
import { type Peer, type PeerOptions, type Session, type Speaker, type SpeakerEvent } from "@bgpwire/core";
import { createSpeaker } from "@bgpwire/transport-node";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  capability,
  concat,
  describeMessage,
  hex,
  keepalive,
  messagesIn,
  open,
  text,
  usualCapabilities,
} from "../support/wire.ts";
import { absent, outside } from "./support/absent.ts";
import { startDaemon, type Daemon } from "./support/daemon.ts";
import { CABLE, inFar, loseFar, makeFar, removeFar, restoreFar, whyNoFar } from "./support/far.ts";
import { until } from "./support/until.ts";

const { near, far } = CABLE;

/** Connects, says what it is told to say, prints what it hears, and says KEEPALIVE to whatever comes. */
const PROGRAM = `
  const [, host, port, octets, keepalive] = process.argv;
  const socket = require("node:net").connect({ host, port }, () => socket.write(Buffer.from(octets, "hex")));
  socket.on("data", (chunk) => console.log(chunk.toString("hex"))).on("error", () => {});
  socket.on("data", () => socket.write(Buffer.from(keepalive, "hex")));
`;

/** A peer at the far end. */
class FarPeer {
  readonly #daemon: Daemon;

  constructor(port: number, ...says: readonly Uint8Array[]) {
    const place = [`${near.address}%${far.device}`, String(port)];
    this.#daemon = startDaemon(
      ...inFar(process.execPath, "-e", PROGRAM, ...place, text(concat(...says)), text(keepalive())),
    );
  }

  /** Times that it has heard something. */
  get answers(): number {
    return this.#daemon.output().split("\n").length - 1;
  }

  get heard(): string[] {
    return messagesIn(hex(this.#daemon.output().replaceAll("\n", ""))).map(describeMessage);
  }

  async stop(): Promise<void> {
    await this.#daemon.stop();
  }
}

const why = outside() ?? (await whyNoFar());
if (why !== null) absent(`half-open connections: ${why}`);
else {
  // Each test makes its own.
  await removeFar();
  describe("a peer whose host vanishes without a word", () => {
    let speaker: Speaker;
    let events: SpeakerEvent[];
    let sessions: Session[];
    let peers: FarPeer[];

    beforeEach(async () => {
      [events, sessions, peers] = [[], [], []];
      await makeFar();
      const listen = [{ address: "::", port: 0 }];
      speaker = createSpeaker({
        routerId: "10.0.0.1",
        listen,
        linger: 0.1,
        onEvent: (event) => void events.push(event),
      });
      await speaker.start();
    });

    afterEach(async () => {
      await speaker.stop(null);
      for (const peer of peers) await peer.stop();
      await removeFar();
    });

    function add(options: Partial<PeerOptions>): Peer {
      const remoteAddress = `${far.address}%${near.device}`;
      const waits = { passive: true, idleHoldTime: 0, dampPeerOscillations: false, collisionHoldTime: 0 };
      return speaker.addPeer(
        { remoteAddress, localAs: 65001, remoteAs: 65002, ...waits, ...options },
        { onEstablished: (session) => void sessions.push(session) },
      );
    }

    /** It connects, and offers these capabilities beside the usual ones. */
    function comes(holdTime: number, ...more: readonly Uint8Array[]): FarPeer {
      const says = open({ holdTime, capabilities: [...usualCapabilities(65002), ...more] });
      const peer = new FarPeer(speaker.listeners[0]!.port, says, keepalive());
      peers.push(peer);
      return peer;
    }

    /** A session that is up, of a host that is gone then. */
    async function halfOpen(holdTime: number, ...more: readonly Uint8Array[]): Promise<Session> {
      const peer = comes(holdTime, ...more);
      await until("the session", () => sessions.length === 1);
      // With the last answer all is acknowledged: nothing is sent again once the host is back, which would find the connection dead.
      const received = (): number => sessions[0]!.peer.view().counters.received.keepalive;
      await until("the last answer", () => peer.heard.length === 2 && received() === 1 + peer.answers);
      await loseFar();
      // Our last acknowledgement, which the kernel delays by 200 ms at most, is to find nobody either.
      await setTimeout(250);
      return sessions[0]!;
    }

    const ends = (): string[] => events.flatMap((event) => (event.type === "ended" ? [event.reason.text] : []));
    const sent = (): string[] =>
      events.flatMap((event) =>
        event.type === "notified"
          ? [`${event.direction} ${event.notification.code}/${event.notification.subcode}`]
          : [],
      );

    test("is found out by the hold timer, and has a new session once it is back", async () => {
      const peer = add({});
      await halfOpen(3);
      await until("the end", () => ends().length === 1);
      expect([ends(), sent()]).toEqual([["hold timer expired: nothing came for 3 s"], ["sent 4/0"]]);
      const last = events.findLast((event) => event.type === "state" && event.to === "Idle");
      expect(last).toMatchObject({ from: "Established", cause: "HoldTimer_Expires" });
      await restoreFar();
      comes(3);
      await until("a new session", () => sessions.length === 2);
      expect(peer.view().connections).toHaveLength(1);
    });

    test("is found out by the TCP user timeout (RFC 5482) as soon as something is not acknowledged", async () => {
      add({ tcpUserTimeout: 0.5 });
      const session = await halfOpen(90);
      session.sendUpdate(new Uint8Array(4));
      await until("the end", () => ends().length === 1);
      expect(ends()[0]).toMatch(/ETIMEDOUT|EHOSTUNREACH/);
      expect([sent(), session.signal.aborted]).toEqual([[], true]);
    });

    test("keeps its session (RFC 4271 section 6.8): it is refused until TCP finds the old connection dead", async () => {
      const peer = add({});
      const session = await halfOpen(90);
      await restoreFar();
      const early = comes(90);
      await until("the refusal", () => early.heard.includes("NOTIFICATION 6/7"));
      expect([peer.state, session.signal.aborted, sessions.length]).toEqual(["Established", false, 1]);
      session.sendUpdate(new Uint8Array(4));
      await until("the end of the old session", () => session.signal.aborted);
      expect(ends().at(-1)).toMatch(/ECONNRESET/);
      const later = comes(90);
      await until("a new session", () => sessions.length === 2);
      await until("what it is told", () => later.heard.length === 2);
      expect([later.heard, peer.view().connections.length]).toEqual([["OPEN", "KEEPALIVE"], 1]);
    });

    test("has the new connection win where one may compete with an established one (CollisionDetectEstablishedState)", async () => {
      const peer = add({ collisionDetectEstablishedState: true });
      await halfOpen(90);
      await restoreFar();
      comes(90);
      await until("a new session", () => sessions.length === 2);
      expect([sent(), ends(), sessions[0]!.signal.aborted, peer.view().connections.length]).toEqual([
        ["sent 6/7"],
        ["another connection of this peer won"],
        true,
        1,
      ]);
    });

    test("has restarted where both have graceful restart: the new connection takes over at once, without a NOTIFICATION, and routes stay (RFC 4724)", async () => {
      const restarts = [capability(64, "0078 0001 01 80")];
      const peer = add({ gracefulRestart: {} });
      await halfOpen(90, ...restarts);
      await restoreFar();
      comes(90, capability(64, "8078 0001 01 80"));
      await until("a new session", () => sessions.length === 2);
      expect(sent()).toEqual([]);
      expect(ends()).toEqual(["the peer has restarted: it connects again (RFC 4724 section 4.2)"]);
      const retained = events.flatMap((event) => (event.type === "retained" ? event.families : []));
      expect(retained).toMatchObject([{ afi: 1, safi: 1 }]);
      expect([sessions[0]!.signal.aborted, peer.view().connections.length]).toEqual([true, 1]);
    });
  });
}
