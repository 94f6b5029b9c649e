// What is recorded of machines as the events of captures: the messages of both directions, with their times, the states, and
// connections that come and go.
import {
  normaliseAddress,
  type ConnId,
  type Endpoints,
  type MachineCall,
  type Millis,
  type PeerInput,
  type PeerOptions,
  type PeerOutput,
  type Recorder,
  type State,
} from "@bgpwire/core";
import { createContext, type DecodeContext } from "@bgpwire/decoder";
import type { Captured, CaptureEvent, Direction, Endpoint, MrtRecordType } from "../event.ts";
import { Bgp4mpSubtype, MrtType } from "../mrt/numbers.ts";
import { BgpSession } from "../pcap/session.ts";
import { Allowance } from "../stream/allowance.ts";
import type { Side } from "../tcp/connection.ts";
import { timeAt, type LogClock } from "./clock.ts";

/** Octets of messages that are not complete, of all connections together. */
const MAX_KEPT = 0x400_0000;

const PEER: Side = 0;
const OURS: Side = 1;

/** RFC 6396 section 4.4.1. */
const STATE_NUMBERS: Readonly<Record<State, number>> = {
  Idle: 1,
  Connect: 2,
  Active: 3,
  OpenSent: 4,
  OpenConfirm: 5,
  Established: 6,
};

const { MessageAs4, MessageAs4Local, Message, MessageLocal, StateChangeAs4 } = Bgp4mpSubtype;
const STATE: MrtRecordType = { type: MrtType.Bgp4mpEt, subtype: StateChangeAs4 };

/** Says by the record it would be in MRT which end sent a message. */
function messageRecord(fourOctetAs: boolean, local: boolean): MrtRecordType {
  const subtype = fourOctetAs ? (local ? MessageAs4Local : MessageAs4) : local ? MessageLocal : Message;
  return { type: MrtType.Bgp4mpEt, subtype };
}

/** Of a direction before anything was said in it. */
const ANY_CONTEXT: DecodeContext = /* @__PURE__ */ createContext();

/** One connection. */
interface Connection {
  readonly session: BgpSession;
  /** From the peer, for its states; with what its OPEN has said, once it has. */
  direction: Direction;
}

/** One machine. */
interface Machine {
  options: PeerOptions;
  readonly routerId: string;
  /** Of what happens without a connection; its first connection has it too. */
  readonly session: number;
  connected: boolean;
  readonly connections: Map<ConnId, Connection>;
  /** Of the latest connection; until there is one, of none. */
  localAddress: string | null;
  now: Millis;
}

/**
 * Makes events of what it is told, at once. Messages received have the time at which they were complete, those that were sent
 * that at which they were handed over to be written.
 *
 * @example
 * const writer = new MrtWriter();
 * const events = new SessionEvents({ time: Date.now(), now: performance.now() }, (event) => file.write(writer.event(event)));
 * const speaker = createSpeaker({ routerId: "192.0.2.1", recorder: events });
 */
export class SessionEvents implements Recorder {
  /** Of the events that come next, where they are those of a log. */
  offset = 0;
  readonly #clock: LogClock;
  readonly #take: (event: CaptureEvent) => void;
  readonly #allowance = new Allowance(MAX_KEPT);
  readonly #machines = new Map<number, Machine>();
  #sessions = 0;

  /** @param clock the same moment on both clocks; `now` is of the clock of the speaker's transport */
  constructor(clock: LogClock, take: (event: CaptureEvent) => void) {
    this.#clock = clock;
    this.#take = take;
  }

  record(peer: number, call: MachineCall): void {
    if (call.type === "made") {
      this.#machines.set(peer, {
        options: call.options,
        routerId: call.options.routerId ?? call.environment.routerId,
        session: this.#sessions++,
        connected: false,
        connections: new Map(),
        localAddress: null,
        now: this.#clock.now,
      });
      return;
    }
    const machine = this.#machines.get(peer);
    if (machine === undefined) return;
    if ("now" in call && call.now > machine.now) machine.now = call.now;
    switch (call.type) {
      case "changed":
        machine.options = call.options;
        return;
      case "input":
        return this.#input(machine, call.input);
      case "output":
        if (call.output !== null) this.#output(machine, call.output);
        return;
      case "removed":
        this.#machines.delete(peer);
    }
  }

  #input(machine: Machine, input: PeerInput): void {
    switch (input.type) {
      case "connected":
      case "accepted":
        return this.#connect(machine, input.conn, input.endpoints, input.type === "connected" ? OURS : PEER);
      case "bytes": {
        const stream = machine.connections.get(input.conn)?.session.streams[PEER];
        stream?.octets(input.chunk, 0, input.chunk.length, this.#captured(machine));
      }
    }
  }

  #output(machine: Machine, output: PeerOutput): void {
    switch (output.type) {
      case "write": {
        const stream = machine.connections.get(output.conn)?.session.streams[OURS];
        return stream?.octets(output.bytes, 0, output.bytes.length, this.#captured(machine));
      }
      case "state": {
        const direction = machine.connections.get(output.conn ?? -1)?.direction ?? this.#unconnected(machine);
        const [oldState, newState] = [STATE_NUMBERS[output.from], STATE_NUMBERS[output.to]];
        return this.#take({ kind: "state", ...this.#captured(machine), mrt: STATE, direction, oldState, newState });
      }
      case "ended": {
        const { cause, text } = output.reason;
        const side = cause === "remote" || cause === "transport" ? PEER : OURS;
        machine.connections.get(output.conn)?.session.down(side, text, this.#captured(machine));
        machine.connections.delete(output.conn);
      }
    }
  }

  #connect(machine: Machine, conn: ConnId, endpoints: Endpoints, dialled: Side): void {
    const { localAddress, localPort, remoteAddress, remotePort } = endpoints;
    const ends: readonly [Endpoint, Endpoint] = [
      { ...peerOf(machine.options), address: remoteAddress, port: remotePort },
      { ...ourselves(machine), address: localAddress, port: localPort },
    ];
    machine.localAddress = localAddress;
    const number = machine.connected ? this.#sessions++ : machine.session;
    machine.connected = true;
    const tell = (event: CaptureEvent): void => {
      if (event.kind !== "message") return this.#take(event);
      const local = !isFrom(event.direction, ends[PEER]);
      if (!local) connection.direction = event.direction;
      this.#take({ ...event, mrt: messageRecord(event.direction.context.fourOctetAs, local) });
    };
    const session = new BgpSession(ends, this.#allowance, { tell, newSession: () => number });
    const connection: Connection = { session, direction: fromPeer(number, ends) };
    machine.connections.set(conn, connection);
    session.established(dialled, this.#captured(machine));
  }

  /** Of what happens to a peer without a connection. */
  #unconnected(machine: Machine): Direction {
    const peer = peerOf(machine.options);
    const address =
      machine.localAddress ?? machine.options.localAddress ?? (peer.address.includes(":") ? "::" : "0.0.0.0");
    return fromPeer(machine.session, [peer, { ...ourselves(machine), address }]);
  }

  #captured({ now }: Machine): Captured {
    return { ...timeAt(this.#clock, now), offset: this.offset };
  }
}

function peerOf({ remoteAddress, remoteAs }: PeerOptions): Endpoint {
  const as = typeof remoteAs === "number" ? remoteAs : null;
  return { address: normaliseAddress(remoteAddress) ?? remoteAddress, port: null, as, bgpIdentifier: null };
}

function ourselves({ options, routerId }: Machine): Omit<Endpoint, "address"> {
  return { port: null, as: options.localAs, bgpIdentifier: routerId };
}

function fromPeer(session: number, [sender, receiver]: readonly [Endpoint, Endpoint]): Direction {
  return { session, sender, receiver, context: ANY_CONTEXT, guessed: false, rib: null };
}

function isFrom({ sender }: Direction, { address, port }: Endpoint): boolean {
  return sender.address === address && sender.port === port;
}
