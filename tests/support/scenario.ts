// Arbitrary lives of one peer machine: what a network, a peer, a clock, an operator and an application may do, as a list of
// steps that fast-check can shrink, and an interpreter that does them the way a driver would.
import * as fc from "fast-check";
import { PeerMachine } from "../../packages/core/src/peer/machine.ts";
import type { CapabilityChange } from "../../packages/core/src/message/capability-message.ts";
import { multiprotocol, type Capability } from "../../packages/core/src/message/capability.ts";
import type { BfdStatus, ConnId, PeerInput, PeerOutput, SendResult } from "../../packages/core/src/session/io.ts";
import { ConfigError } from "../../packages/core/src/fault.ts";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import { comparable, endpoints, optionsWith } from "./peer-driver.ts";
import {
  capability,
  concat,
  hex,
  keepalive,
  message,
  notification,
  open,
  routeRefresh,
  update,
  usualCapabilities,
} from "./wire.ts";

/** One thing that happens. `on` picks one of the connections there have been, the latest first. */
export type Step =
  | { readonly do: "start"; readonly automatic: boolean }
  | { readonly do: "stop" }
  | { readonly do: "reset" }
  | { readonly do: "dialled"; readonly ok: boolean }
  | { readonly do: "dialWaits"; readonly waits: boolean }
  | { readonly do: "accept" }
  | { readonly do: "say"; readonly on: number; readonly bytes: Uint8Array }
  | { readonly do: "eof"; readonly on: number }
  | { readonly do: "closed"; readonly on: number }
  | { readonly do: "unsent"; readonly on: number; readonly octets: number }
  | { readonly do: "answer"; readonly on: number; readonly yes: boolean }
  | { readonly do: "fail"; readonly on: number; readonly code: number }
  | { readonly do: "read"; readonly on: number; readonly off: boolean }
  | { readonly do: "send"; readonly on: number; readonly octets: number }
  | { readonly do: "refresh"; readonly on: number }
  | { readonly do: "change"; readonly on: number; readonly change: CapabilityChange }
  | { readonly do: "bfd"; readonly status: BfdStatus; readonly independent: boolean }
  | { readonly do: "wait"; readonly ms: number }
  /** The process slept: time passes, and only one tick comes at its end. */
  | { readonly do: "sleep"; readonly ms: number }
  | { readonly do: "clockBack"; readonly ms: number };

const on = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.nat(3));

const somebody = fc.constantFrom("10.0.0.2", "10.0.0.1", "10.0.0.9", "0.0.0.0");

/** Capability 64 of a peer, with IPv4 unicast or without a family, and perhaps capability 71. */
const restartCapabilities = fc
  .record({
    flags: fc.constantFrom("0", "4", "4", "8", "c"),
    time: fc.constantFrom("000", "005", "078", "078"),
    families: fc.constantFrom("", "0001 01 00", "0001 01 80", "0001 01 80", "0001 01 80 0002 01 80"),
    longLived: fc.constantFrom(null, null, "0001 01 00 00000a", "0001 01 80 00000a", "0001 01 80 000e10"),
  })
  .map(({ flags, time, families, longLived }) => {
    const short = capability(64, `${flags}${time} ${families}`);
    return longLived === null ? [short] : [short, capability(71, longLived)];
  });

/** OPENs of a peer that restarts gracefully. */
const aRestart = fc
  .tuple(restartCapabilities, fc.boolean())
  .map(([more, refreshes]) =>
    open({ capabilities: [...usualCapabilities(65002), ...(refreshes ? [capability(70)] : []), ...more] }),
  );

/** End-of-RIB of IPv4 unicast in its three forms, and of families that are not agreed. */
const anEndOfRib = fc
  .constantFrom("0000 0000", "0000 0006 800f03 0001 01", "0000 0007 900f0003 0001 01", "0000 0006 800f03 0002 01")
  .map(update);

/** OPENs, most of them acceptable. */
const anOpen: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(open()) },
  { weight: 4, arbitrary: aRestart },
  {
    weight: 4,
    arbitrary: fc
      .record({
        version: fc.constantFrom(4, 4, 4, 4, 3),
        as: fc.constantFrom(65002, 65002, 65002, 65001, 4_200_000_000, 0),
        holdTime: fc.constantFrom(0, 3, 9, 90, 180, 1),
        identifier: fc.oneof({ weight: 5, arbitrary: fc.constant("10.0.0.2") }, somebody),
        extra: fc.array(
          fc.constantFrom(
            capability(6),
            capability(70),
            capability(64, "4078"),
            capability(9, "04"),
            capability(74),
            capability(200, "00"),
          ),
          { maxLength: 4 },
        ),
        bare: fc.boolean(),
      })
      .map(({ extra, bare, ...fields }) =>
        open({ ...fields, capabilities: bare ? [] : [...usualCapabilities(fields.as), ...extra] }),
      ),
  },
);

/** CAPABILITY messages, most of them sound. */
const aCapabilityMessage: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.constantFrom(
      "00 01 04 0002 00 01",
      "00 01 04 0002 00 01",
      "00 01 04 0001 00 01",
      "01 01 04 0001 00 01",
      "01 01 04 0002 00 01",
      "01 02 00",
      "00 40 06 4078 0001 01 80",
      "01 40 00",
      "00 c8 01 07",
      "02 02 00",
      "00 02 01",
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => message(6, hex(parts.join(""))));

const anUpdate = fc.uint8Array({ maxLength: 60 }).map((body) => update(concat(new Uint8Array(4), body)));

/** One message, mostly one that makes sense somewhere. */
export const aMessage: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: anOpen },
  { weight: 8, arbitrary: fc.constant(keepalive()) },
  { weight: 5, arbitrary: anUpdate },
  { weight: 2, arbitrary: anEndOfRib },
  { weight: 1, arbitrary: fc.constant(update(new Uint8Array(4077))) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(1, 2, 3, 4, 5, 6, 8, 200), fc.nat(11), fc.uint8Array({ maxLength: 6 }))
      .map(([code, subcode, data]) => notification(code, subcode, data)),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(1, 2), fc.nat(3)).map(([afi, subtype]) => routeRefresh(afi, 1, subtype)),
  },
  { weight: 1, arbitrary: aCapabilityMessage },
);

/** Octets that are not a sequence of good messages. */
const garbage: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 64 }),
  fc
    .tuple(fc.nat(7), fc.nat(70_000), fc.uint8Array({ maxLength: 40 }))
    .map(([type, length, body]) => message(type, body, { length: length & 0xffff })),
  fc.tuple(aMessage, fc.nat(60), fc.nat(255)).map(([bytes, at, value]) => {
    const broken = bytes.slice();
    broken[at % broken.length] = value;
    return broken;
  }),
  fc.tuple(aMessage, fc.nat(60)).map(([bytes, cut]) => bytes.slice(0, bytes.length - 1 - (cut % (bytes.length - 1)))),
);

/** What a peer says at once. */
const speech: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 8, arbitrary: aMessage },
  { weight: 4, arbitrary: fc.array(aMessage, { minLength: 1, maxLength: 5 }).map((list) => concat(...list)) },
  { weight: 3, arbitrary: fc.constant(concat(open(), keepalive())) },
  { weight: 1, arbitrary: garbage },
  { weight: 1, arbitrary: fc.tuple(aMessage, garbage).map(([good, bad]) => concat(good, bad)) },
);

const ms = fc.oneof(
  fc.constantFrom(0, 1, 250, 1_000, 2_000, 3_000, 5_000, 10_000, 30_000, 90_000, 240_000, 600_000),
  fc.nat(300_000),
);

/** Changes of ours; one of IPv4 unicast may be the last family to go, which is refused. */
const aChange: fc.Arbitrary<CapabilityChange> = fc.record({
  action: fc.constantFrom("advertise" as const, "remove" as const),
  capability: fc.constantFrom<Capability>(multiprotocol(2, 1), multiprotocol(1, 1), { name: "routeRefresh", code: 2 }),
});

const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("start" as const), automatic: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "stop" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "reset" }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("dialled" as const),
      ok: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("dialWaits" as const), waits: fc.boolean() }) },
  { weight: 5, arbitrary: fc.constant<Step>({ do: "accept" }) },
  { weight: 22, arbitrary: fc.record({ do: fc.constant("say" as const), on, bytes: speech }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("eof" as const), on }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("closed" as const), on }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("unsent" as const), on, octets: fc.constantFrom(0, 0, 19, 5000) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      on,
      yes: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("fail" as const), on, code: fc.constantFrom(3, 6, 2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("read" as const), on, off: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("send" as const), on, octets: fc.constantFrom(4, 40, 4077, 4078) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("refresh" as const), on }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("change" as const), on, change: aChange }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("bfd" as const),
      status: fc.constantFrom<BfdStatus>("up", "up", "down", "adminDown"),
      independent: fc.boolean(),
    }),
  },
  { weight: 10, arbitrary: fc.record({ do: fc.constant("wait" as const), ms }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sleep" as const), ms }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("clockBack" as const), ms }) },
);

/** A session comes up and is used: what single steps seldom add up to. */
const phrase: fc.Arbitrary<Step[]> = fc
  .record({
    inbound: fc.boolean(),
    says: fc.oneof(fc.constant(open()), aRestart),
    said: fc.array(fc.oneof({ weight: 5, arbitrary: anUpdate }, aMessage), { minLength: 1, maxLength: 4 }),
  })
  .map(({ inbound, says, said }): Step[] => {
    const comesUp: Step[] = [
      inbound ? { do: "accept" } : { do: "dialled", ok: true },
      { do: "answer", on: 0, yes: true },
      { do: "say", on: 0, bytes: says },
      { do: "answer", on: 0, yes: true },
      { do: "say", on: 0, bytes: keepalive() },
      { do: "wait", ms: 2_000 },
    ];
    return comesUp.concat(said.map((bytes): Step => ({ do: "say", on: 0, bytes })));
  });

const IPV4 = { afi: 1, safi: 1 } as const;
const LONG_LIVED = [{ ...IPV4, staleTime: 30 }];

const someRestarts: fc.Arbitrary<Partial<PeerOptions>> = fc.oneof(
  fc.constant({}),
  fc
    .record({
      notification: fc.boolean(),
      restarting: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
      helper: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
      restartTimeMax: fc.constantFrom(0, 4095),
      selectionDeferralTime: fc.constantFrom(0, 20),
      longLived: fc.boolean(),
    })
    .map(({ longLived, ...some }) => {
      const gracefulRestart = Object.assign({ families: [IPV4] }, some);
      return longLived ? { gracefulRestart, longLivedGracefulRestart: LONG_LIVED } : { gracefulRestart };
    }),
);

/** A session whose capabilities change, where we have capability 67, and then perhaps it ends and comes again. */
const changing: fc.Arbitrary<Step[]> = fc
  .record({
    more: fc.oneof(fc.constant([]), restartCapabilities),
    said: fc.array(
      fc.oneof(
        { weight: 4, arbitrary: aCapabilityMessage.map((bytes): Step => ({ do: "say", on: 0, bytes })) },
        { weight: 4, arbitrary: aChange.map((change): Step => ({ do: "change", on: 0, change })) },
        { weight: 1, arbitrary: fc.oneof(anEndOfRib, anUpdate).map((bytes): Step => ({ do: "say", on: 0, bytes })) },
        { weight: 1, arbitrary: fc.constantFrom<Step>({ do: "eof", on: 0 }, { do: "wait", ms: 5_000 }) },
      ),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ more, said }): Step[] => {
    const dynamic = open({ capabilities: [...usualCapabilities(65002), capability(70), capability(67), ...more] });
    return comesUp(dynamic).concat(said, comesUp(dynamic));
  });

/** The peer connects and says this in its OPEN. */
function comesUp(bytes: Uint8Array): Step[] {
  return [
    { do: "accept" },
    { do: "answer", on: 0, yes: true },
    { do: "say", on: 0, bytes },
    { do: "answer", on: 0, yes: true },
    { do: "say", on: 0, bytes: keepalive() },
    { do: "wait", ms: 2_000 },
  ];
}

function says(list: readonly Uint8Array[]): Step[] {
  return list.map((bytes) => ({ do: "say", on: 0, bytes }));
}

/** A session that ends and comes again, as when the peer restarts. */
const restart: fc.Arbitrary<Step[]> = fc
  .record({
    first: aRestart,
    again: aRestart,
    said: fc.array(
      fc.oneof(
        { weight: 3, arbitrary: anEndOfRib },
        { weight: 2, arbitrary: fc.constantFrom(1, 2).map((subtype) => routeRefresh(1, 1, subtype)) },
        { weight: 2, arbitrary: fc.constant(concat(update(), routeRefresh(1, 1, 1), update(), routeRefresh(1, 1, 2))) },
        { weight: 1, arbitrary: anUpdate },
      ),
      { maxLength: 4 },
    ),
    end: fc.constantFrom<Step>(
      { do: "eof", on: 0 },
      { do: "closed", on: 0 },
      { do: "accept" },
      { do: "reset" },
      { do: "stop" },
      { do: "fail", on: 0, code: 3 },
      { do: "say", on: 0, bytes: notification(6, 4) },
      { do: "say", on: 0, bytes: notification(6, 9, "0602") },
    ),
    pause: fc.constantFrom(0, 1_000, 5_000, 10_000, 40_000, 200_000),
    more: fc.array(anEndOfRib, { maxLength: 2 }),
    after: fc.constantFrom("nothing", "another restart", "another restart", "a stop"),
  })
  .map(({ first, again, said, end, pause, more, after }): Step[] => {
    const gone: Step[] = [end, { do: "wait", ms: pause }];
    const once = comesUp(first).concat(says(said), gone, comesUp(again), says(more));
    if (after === "nothing") return once;
    return once.concat({ do: "eof", on: 0 }, after === "a stop" ? [{ do: "stop" }] : comesUp(again));
  });

const OFFERED: readonly Capability[] = [
  { name: "multiprotocol", code: 1, ...IPV4 },
  { name: "routeRefresh", code: 2 },
  { name: "enhancedRouteRefresh", code: 70 },
];

const DYNAMIC: readonly Capability[] = [...OFFERED, { name: "dynamicCapability", code: 67, capabilities: [] }];

/** Options that change what a machine does. */
const plainOptions: fc.Arbitrary<Partial<PeerOptions>> = fc.record(
  {
    passive: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
    holdTime: fc.constantFrom(0, 3, 9, 90),
    minimumHoldTime: fc.constant(0),
    sendHoldTime: fc.constantFrom(0, 100),
    connectRetryTime: fc.constantFrom(1, 5),
    idleHoldTime: fc.constantFrom(0, 1, 5),
    dampPeerOscillations: fc.boolean(),
    delayOpenTime: fc.constantFrom(0, 0, 0, 2),
    openHoldTime: fc.constantFrom(10, 240),
    collisionDetectEstablishedState: fc.boolean(),
    collisionHoldTime: fc.constantFrom(0, 2),
    sendNotificationWithoutOpen: fc.boolean(),
    fourOctetAs: fc.boolean(),
    askOpenParameters: fc.boolean(),
    askOpenVerdict: fc.boolean(),
    sendHighWaterMark: fc.constantFrom(100, 262_144),
    capabilities: fc.constantFrom<(readonly Capability[])[]>(OFFERED, OFFERED, DYNAMIC, DYNAMIC, [
      ...OFFERED,
      { name: "bfdStrict", code: 74 },
    ]),
    stalePathTime: fc.constantFrom(0, 3, 3, 180),
    remoteAs: fc.constantFrom<PeerOptions["remoteAs"]>(65002, "any"),
    routerId: fc.constantFrom("10.0.0.1", "10.0.0.2", "10.0.0.3"),
  },
  { requiredKeys: [] },
);

const someOptions = fc.tuple(plainOptions, someRestarts).map(([plain, restarts]) => Object.assign({}, plain, restarts));

export interface Scenario {
  readonly options: Partial<PeerOptions>;
  readonly seed: number;
  /** Does the kernel take what is written at once? Else only `unsent` steps say what became of it. */
  readonly drains: boolean;
  readonly steps: readonly Step[];
}

/** Begins with a start, else most lives would be empty. */
export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  options: someOptions,
  seed: fc.integer(),
  drains: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
  steps: fc
    .array(
      fc.oneof(
        { weight: 12, arbitrary: aStep.map((step) => [step]) },
        { weight: 2, arbitrary: phrase },
        { weight: 3, arbitrary: restart },
        { weight: 2, arbitrary: changing },
      ),
      {
        maxLength: 50,
      },
    )
    .map((parts): Step[] => ([{ do: "start", automatic: false }] as Step[]).concat(...parts)),
});

/** A call that can be made again: everything that reaches the machine from outside. */
export type Call =
  | { readonly call: "handle"; readonly now: number; readonly input: PeerInput }
  | { readonly call: "sendUpdate"; readonly now: number; readonly conn: ConnId; readonly body: Uint8Array }
  | { readonly call: "sendRouteRefresh"; readonly now: number; readonly conn: ConnId }
  | {
      readonly call: "sendCapabilities";
      readonly now: number;
      readonly conn: ConnId;
      readonly change: CapabilityChange;
    };

/** How the interpreter may be varied without changing what must come out. */
export interface Variation {
  /** Cuts what is said at once into chunks. */
  readonly split?: (bytes: Uint8Array) => Uint8Array[];
  /** More ticks at these times, between `from` and `to`, none of them a deadline. */
  readonly extraTicks?: (from: number, to: number) => number[];
  /** Asked before each poll: should the machine be replaced by a restored snapshot? */
  readonly restore?: () => boolean;
  /** Sees each input before it is handled. */
  readonly input?: (input: PeerInput) => void;
  /** Sees each output and, after each drain, null. */
  readonly observe?: (machine: PeerMachine, output: PeerOutput | null, now: number) => void;
}

const ENVIRONMENT = { routerId: "10.0.0.1" };

/** Most polls in one drain. */
const MOST_POLLS = 100_000;

/** Lives one scenario; what came out, as comparable text with times, and the calls that were made. */
export class Life {
  machine: PeerMachine;
  readonly options: PeerOptions;
  readonly environment: { readonly routerId: string; readonly seed: number };
  readonly calls: Call[] = [];
  readonly outputs: string[] = [];
  readonly results: SendResult[] = [];
  now = 1_000_000;
  polls = 0;
  /** Every connection there has been, the latest first. */
  readonly #connections: ConnId[] = [];
  #dialling: ConnId | null = null;
  readonly #questions = new Map<ConnId, "openParameters" | "openVerdict">();
  #nextAccepted = 1;
  /** Written to since the kernel last took everything. */
  readonly #written = new Set<ConnId>();
  readonly #vary: Variation;

  readonly #drains: boolean;

  constructor(scenario: Pick<Scenario, "options" | "seed" | "drains">, vary: Variation = {}) {
    this.#drains = scenario.drains;
    this.options = optionsWith(scenario.options);
    this.environment = { ...ENVIRONMENT, seed: scenario.seed };
    this.machine = new PeerMachine(this.options, this.environment);
    this.#vary = vary;
  }

  live(steps: readonly Step[]): this {
    for (const step of steps) {
      this.#step(step);
      this.#flush();
    }
    return this;
  }

  #step(step: Step): void {
    switch (step.do) {
      case "start":
        return this.feed({ type: "start", automatic: step.automatic });
      case "stop":
      case "reset":
        return this.feed({ type: step.do });
      case "dialled":
        return this.#dialled(step.ok);
      case "dialWaits":
        return this.feed({ type: "dialWaits", conn: this.#dialling ?? 2, on: step.waits });
      case "accept":
        return this.#accept();
      case "say": {
        const conn = this.#pick(step.on);
        const chunks = this.#vary.split?.(step.bytes) ?? [step.bytes];
        for (const chunk of chunks) this.feed({ type: "bytes", conn, chunk });
        return;
      }
      case "eof":
        return this.feed({ type: "eof", conn: this.#pick(step.on) });
      case "closed":
        return this.feed({ type: "closed", conn: this.#pick(step.on), reason: "ECONNRESET" });
      case "unsent":
        return this.feed({ type: "unsent", conn: this.#pick(step.on), bytes: step.octets });
      case "answer":
        return this.#answer(this.#pick(step.on), step.yes);
      case "fail": {
        const notification = { code: step.code, subcode: 1, data: new Uint8Array(0) };
        return this.feed({ type: "fail", conn: this.#pick(step.on), notification });
      }
      case "read":
        return this.feed({ type: "read", conn: this.#pick(step.on), on: !step.off });
      case "send":
        return this.call({
          call: "sendUpdate",
          now: this.now,
          conn: this.#pick(step.on),
          body: new Uint8Array(step.octets),
        });
      case "refresh":
        return this.call({ call: "sendRouteRefresh", now: this.now, conn: this.#pick(step.on) });
      case "change":
        return this.call({ call: "sendCapabilities", now: this.now, conn: this.#pick(step.on), change: step.change });
      case "bfd":
        return this.feed({ type: "bfd", status: step.status, controlPlaneIndependent: step.independent });
      case "wait":
        return this.#wait(step.ms);
      case "sleep":
        this.now += step.ms;
        return this.feed({ type: "tick" });
      case "clockBack":
        return this.call({ call: "handle", now: this.now - step.ms, input: { type: "tick" } });
    }
  }

  feed(input: PeerInput): void {
    this.call({ call: "handle", now: this.now, input });
  }

  /** Makes one call and drains. */
  call(call: Call): void {
    this.calls.push(call);
    if (call.call === "handle") {
      this.#vary.input?.(call.input);
      this.machine.handle(call.now, call.input);
    }
    if (call.call === "sendUpdate") this.results.push(this.machine.sendUpdate(call.now, call.conn, call.body));
    if (call.call === "sendRouteRefresh") this.results.push(this.machine.sendRouteRefresh(call.now, call.conn, 1, 1));
    if (call.call === "sendCapabilities") this.#change(call);
    this.drain();
  }

  /** The last family of ours cannot go: a mistake of the caller, which changes nothing. */
  #change({ now, conn, change }: Call & { readonly call: "sendCapabilities" }): void {
    try {
      this.results.push(this.machine.sendCapabilities(now, conn, [change]));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.calls.pop();
    }
  }

  /** The kernel takes what was written. */
  #flush(): void {
    if (!this.#drains) return;
    for (const conn of this.#written) {
      this.call({ call: "handle", now: this.now, input: { type: "unsent", conn, bytes: 0 } });
    }
    this.#written.clear();
  }

  drain(): void {
    for (let left = MOST_POLLS; ; left -= 1) {
      if (left === 0) throw new Error("poll never becomes null");
      if (this.#vary.restore?.()) this.restore();
      this.polls += 1;
      const output = this.machine.poll();
      this.#vary.observe?.(this.machine, output, this.now);
      if (output === null) break;
      this.outputs.push(`${this.now} ${comparable(output)}`);
      if (output.type === "write") this.#written.add(output.conn);
      if (output.type === "dial") this.#dialling = output.conn;
      if (output.type === "cancelDial") this.#dialling = null;
      if (output.type === "ask") this.#questions.set(output.conn, output.question);
    }
  }

  /** As after a restart of the process: the snapshot goes through a structured clone. */
  restore(): void {
    const snapshot = structuredClone(this.machine.snapshot());
    this.machine = PeerMachine.restore(this.options, this.environment, snapshot);
  }

  /** Time passes, deadlines are kept. */
  #wait(ms: number): void {
    const end = this.now + ms;
    const extra = this.#vary.extraTicks?.(this.now, end).toSorted((a, b) => a - b) ?? [];
    for (let left = MOST_POLLS; ; left -= 1) {
      if (left === 0) throw new Error("deadline never moves on");
      const deadline = this.machine.deadline();
      const due = deadline !== null && deadline <= end;
      const tick = extra[0];
      if (tick !== undefined && (!due || tick < deadline)) {
        extra.shift();
        this.now = tick;
      } else if (due) this.now = Math.max(this.now, deadline);
      else break;
      this.feed({ type: "tick" });
      this.#flush();
    }
    this.now = end;
  }

  #pick(index: number): ConnId {
    return this.#connections[index] ?? this.#connections[0] ?? 1001;
  }

  #dialled(ok: boolean): void {
    const conn = this.#dialling;
    if (conn === null) return;
    this.#dialling = null;
    if (!ok) return this.feed({ type: "dialFailed", conn, reason: "ECONNREFUSED" });
    this.#connections.unshift(conn);
    this.feed({ type: "connected", conn, endpoints: endpoints(conn) });
  }

  #accept(): void {
    const conn = this.#nextAccepted;
    this.#nextAccepted += 2;
    this.#connections.unshift(conn);
    this.feed({ type: "accepted", conn, endpoints: endpoints(conn) });
  }

  #answer(conn: ConnId, yes: boolean): void {
    const question = this.#questions.get(conn);
    this.#questions.delete(conn);
    if (question === "openParameters") {
      this.feed({ type: "openParameters", conn, capabilities: yes ? [{ name: "routeRefresh", code: 2 }] : [] });
    } else if (question === "openVerdict") {
      const reject = yes ? null : { code: 2, subcode: 0, data: new Uint8Array(0) };
      this.feed({ type: "openVerdict", conn, reject });
    }
  }
}
