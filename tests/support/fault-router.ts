// The speaker under test in a process of its own, for faults that the test's process would suffer too: no file descriptor is left,
// a plugin takes all turns of the event loop. Run with Node.js or Deno as `fault-router.ts MODE PORT`; dials the troublemaker at that port, if it is not 0.
//
// It prints JSON lines: its port, each failed dial, each state of the troublemaker.
import type { Plugin } from "@bgpwire/core";
import { addEcho } from "./echo.ts";

const { createSpeaker } =
  "Deno" in globalThis ? await import("@bgpwire/transport-deno") : await import("@bgpwire/transport-node");

const [mode, port] = process.argv.slice(2);

/** UPDATEs of the flood: more than the buffers of two kernels hold. */
const FLOOD = 8000;

/** Most UPDATEs between two turns of the event loop. */
let most = 0;

const plugins: Record<string, Plugin> = {
  idle: {},
  flood: {
    onEstablished: (session) => {
      void (async () => {
        const body = new Uint8Array(4000);
        let turn = 0;
        const nextTurn = (): void => {
          turn = 0;
          setImmediate(nextTurn);
        };
        nextTurn();
        for (let sent = 0; sent < FLOOD;) {
          const { status } = session.sendUpdate(body);
          if (status === "blocked") await session.writable();
          else sent += 1;
          turn += 1;
          most = Math.max(most, turn);
          // It takes its time for each, so that a peer that reads is never behind.
          for (const until = performance.now() + 0.02; performance.now() < until;);
        }
        console.log(JSON.stringify({ most }));
      })();
    },
  },
};

const speaker = createSpeaker({
  routerId: "10.0.0.1",
  listen: [{ address: "127.0.0.1", port: 0 }],
  // Closed connections keep their descriptors for as long as the other end does.
  linger: 60,
  onEvent: (event) => {
    if (event.type === "dialFailed") console.log(JSON.stringify({ failed: event.reason }));
    if (event.type === "state" && event.peer.remoteAddress === "127.0.0.3")
      console.log(JSON.stringify({ state: event.to }));
  },
});
addEcho(speaker, "127.0.0.9");
speaker.addPeer(
  {
    remoteAddress: "127.0.0.3",
    localAs: 65001,
    remoteAs: 65002,
    ...(port === "0" ? { passive: true } : { remotePort: Number(port) }),
    connectRetryTime: 0.1,
    connectRetryTimeMax: 0.1,
  },
  plugins[mode!]!,
);
await speaker.start();
console.log(JSON.stringify({ port: speaker.listeners[0]!.port }));
// Deno opens what it needs for signals when it first needs it, and panics where there is no file descriptor for that then.
process.on("SIGUSR2", () => {});
process.stdin.on("end", () => process.exit()).resume();
