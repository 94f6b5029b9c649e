// Sessions coming up: who dials, over what, with which AS numbers and hold times.
import { expect } from "vitest";
import { until } from "../support/until.ts";
import type { Scenarios } from "./scenario.ts";

export const sessions = {
  "session up, we dial": async (bench) => {
    const { ours, router } = await bench.up({ dials: "ours" });
    expect(ours.session().endpoints.remotePort).toBe(bench.routerPort);
    expect(ours.session().negotiated).toMatchObject({ sessionType: "ebgp", remoteAs: 65002, fourOctetAs: true });
    expect(ours.session().negotiated.remoteIdentifier).toBe("192.0.2.2");
    expect(await router.state(bench.addresses({}).ours)).toBe("Established");
  },

  "session up, the router dials": async (bench) => {
    const { ours } = await bench.up({ dials: "router" });
    expect(ours.session().endpoints.localPort).toBe(bench.ourPort);
  },

  "session up over IPv6, we dial": async (bench) => {
    const { ours } = await bench.up({ dials: "ours", version: 6 });
    expect(ours.session().endpoints).toMatchObject({ localAddress: "2001:db8::1", remoteAddress: "2001:db8::2" });
  },

  "session up over IPv6, the router dials": async (bench) => {
    const { ours } = await bench.up({ dials: "router", version: 6 });
    expect(ours.session().endpoints).toMatchObject({ localPort: bench.ourPort, remoteAddress: "2001:db8::2" });
  },

  "four-octet AS numbers": async (bench) => {
    const { ours } = await bench.up({ ourAs: 4200000001, routerAs: 4200000002 });
    expect(ours.session().negotiated.remoteAs).toBe(4200000002);
    // AS_TRANS stands in the OPEN's own two octets (RFC 6793 section 4.1).
    expect(ours.session().negotiated.remoteOpen.myAs).toBe(23456);
  },

  "hold time is the smaller, ours": async (bench) => {
    const { ours, router } = await bench.up({ ourHoldTime: 12, routerHoldTime: 30 });
    expect(ours.session().negotiated).toMatchObject({ holdTime: 12, keepaliveTime: 4 });
    const shown = await router.holdTime(bench.addresses({}).ours);
    if (shown !== null) expect(shown).toBe(12);
  },

  "hold time is the smaller, the router's": async (bench) => {
    const { ours, router } = await bench.up({ ourHoldTime: 30, routerHoldTime: 12 });
    expect(ours.session().negotiated.holdTime).toBe(12);
    const shown = await router.holdTime(bench.addresses({}).ours);
    if (shown !== null) expect(shown).toBe(12);
  },

  "keepalives hold a short hold time": async (bench) => {
    const { ours } = await bench.up({ ourHoldTime: 3, routerHoldTime: 3 });
    // Four keepalives in each direction are more than one hold time.
    await until("four keepalives each way", () => {
      const { received, sent } = ours.peer.view().counters;
      return received.keepalive >= 4 && sent.keepalive >= 4;
    });
    expect(ours.peer.view().counters.established).toBe(1);
    expect(ours.peer.state).toBe("Established");
  },

  "hold time 0": async (bench) => {
    const { ours, router } = await bench.up({ ourHoldTime: 0, routerHoldTime: 0 });
    expect(ours.session().negotiated).toMatchObject({ holdTime: 0 });
    expect(ours.peer.view().connections[0]).toMatchObject({ holdDeadline: null, keepaliveDeadline: null });
    const shown = await router.holdTime(bench.addresses({}).ours);
    if (shown !== null) expect(shown).toBe(0);
  },

  "the router's hold timer expires": async (bench) => {
    const { ours, router } = await bench.up({ ourHoldTime: 3, routerHoldTime: 3 });
    ours.fallSilent();
    // BIRD sends its NOTIFICATION only when something else wakes it, such as this question.
    await until("the router to give up", async () => (await router.state(bench.addresses({}).ours)) !== "Established");
    expect(await ours.closed()).toMatchObject({ cause: "remote", notification: { code: 4, subcode: 0 } });
    await until("the router's own words for it", async () =>
      (await router.notifications("sent")).some((text) => /hold ?timer|4[/.]0|code: 4|^4/i.test(text)),
    );
  },

  "our hold timer expires": async (bench) => {
    const { ours, router } = await bench.up({ ourHoldTime: 3, routerHoldTime: 3 });
    router.daemon.signal("SIGSTOP");
    const reason = await ours.closed();
    expect(reason).toMatchObject({ cause: "timer", notification: { code: 4, subcode: 0 } });
  },

  "session back after our hold timer": async (bench) => {
    const { ours, router } = await bench.up({ ourHoldTime: 3, routerHoldTime: 3 });
    router.daemon.signal("SIGSTOP");
    await ours.closed();
    router.daemon.signal("SIGCONT");
    await ours.established(2);
    await bench.established(router, ours);
  },
} satisfies Scenarios;
