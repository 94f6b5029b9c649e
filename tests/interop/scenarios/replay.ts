// `bgpwire replay`: what one side of a capture said is played to the router, which then has the table that the capture ends with.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  encodeMrtRecord,
  indexedPeer,
  MrtType,
  PcapEvents,
  readAll,
  TableDumpV2Subtype,
  type MessageEvent,
} from "@bgpwire/capture";
import {
  Afi,
  decodeOpen,
  fourOctetAs,
  HEADER_LENGTH,
  MessageType,
  multiprotocol,
  negotiate,
  parsePrefix,
  Safi,
  type OpenMessage,
} from "@bgpwire/core";
import { expect } from "vitest";
import { RunningCommand } from "../../cli/command.ts";
import type { Route } from "../routers/router.ts";
import { OUR_AS, ROUTER_AS, routerShows, seenFrom, type Bench } from "../support/bench.ts";
import { packRoutes, readUpdate } from "../support/codec.ts";
import { FAMILIES, OUR_ROUTES } from "./exchange.ts";
import type { Scenarios } from "./scenario.ts";

/** A recording of ours: what we said to BIRD. */
const CAPTURE: string = fileURLToPath(new URL("../../fixtures/recorded/bird.pcap", import.meta.url));

/** The routes that a sender has announced and not withdrawn by the end of its longest session. */
function finalTable(sender: string): Route[] {
  const sessions = new Map<number, MessageEvent[]>();
  for (const event of readAll(new PcapEvents(), new Uint8Array(readFileSync(CAPTURE)))) {
    if (event.kind !== "message") continue;
    const messages = sessions.get(event.direction.session) ?? [];
    sessions.set(event.direction.session, [...messages, event]);
  }
  const updatesIn = (messages: MessageEvent[]): MessageEvent[] =>
    messages.filter(({ type, direction }) => type === MessageType.Update && direction.sender.address === sender);
  const longest = [...sessions.values()].toSorted((one, other) => updatesIn(other).length - updatesIn(one).length)[0]!;
  const openOf = (own: boolean): OpenMessage => {
    const event = longest.find(
      ({ type, direction }) => type === MessageType.Open && (direction.sender.address === sender) === own,
    )!;
    const open = decodeOpen({ buffer: event.buffer, start: event.start + HEADER_LENGTH, end: event.end });
    if (!open.ok) throw new Error(open.fault.reason);
    return open.value;
  };
  const negotiated = negotiate(openOf(false), openOf(true));
  const table = new Map<string, Route>();
  for (const { buffer, start, end } of updatesIn(longest)) {
    const { announced, withdrawn } = readUpdate({ buffer, start: start + HEADER_LENGTH, end }, negotiated);
    for (const { prefix } of withdrawn) table.delete(prefix);
    for (const route of announced) table.set(route.prefix, route);
  }
  return [...table.values()];
}

/** Plays what a file has of our address, and waits until all of it has been sent. */
async function play(bench: Bench, file: string): Promise<void> {
  const { ours, router } = bench.addresses({});
  const to = `${router}:${bench.routerPort}`;
  const addresses = ["--to", to, "--from", ours, "--local", ours];
  const command = new RunningCommand(["replay", file, ...addresses, "--speed", "max", "--format", "json"]);
  bench.atEnd(() => command.kill());
  await command.saw("note", {}, ({ text }) => text.startsWith("played: "));
}

function openOf(as: number, identifier: string): OpenMessage {
  const families = [multiprotocol(Afi.IPv4, Safi.Unicast), multiprotocol(Afi.IPv6, Safi.Unicast)];
  return { version: 4, myAs: as, holdTime: 90, identifier, capabilities: [...families, fourOctetAs(as)] };
}

/** The table of a collector that has these routes of a peer at our address (RFC 6396 section 4.3). */
function tableOf(bench: Bench, routes: readonly Route[]): Uint8Array {
  const { ours, router } = bench.addresses({});
  const negotiated = negotiate(openOf(OUR_AS, ours), openOf(ROUTER_AS, router));
  const header = { type: MrtType.TableDumpV2, seconds: 1_700_000_000, microseconds: null } as const;
  const peers = [indexedPeer(ours, OUR_AS, ours)];
  const records = [
    encodeMrtRecord({
      ...header,
      kind: "peerIndexTable",
      subtype: TableDumpV2Subtype.PeerIndexTable,
      collectorBgpIdentifier: router,
      viewName: "",
      peers,
    }),
    ...routes.map((route, sequence) => {
      const [body] = packRoutes([route], negotiated);
      // Behind the lengths of withdrawn routes, which there are none of, and of the attributes.
      const attributes = body!.subarray(4, 4 + body![2]! * 256 + body![3]!);
      const { version, bytes, length } = parsePrefix(route.prefix)!;
      return encodeMrtRecord({
        ...header,
        kind: "rib",
        subtype: version === 4 ? TableDumpV2Subtype.RibIpv4Unicast : TableDumpV2Subtype.RibIpv6Unicast,
        sequence,
        family: { afi: version === 4 ? Afi.IPv4 : Afi.IPv6, safi: Safi.Unicast },
        nlri: Uint8Array.of(length, ...bytes.subarray(0, Math.ceil(length / 8))),
        entries: [{ peerIndex: 0, originatedTime: header.seconds, pathId: null, attributes }],
      });
    }),
  ];
  return Buffer.concat(records);
}

export const replay = {
  "a captured session is played": async (bench) => {
    const { ours } = bench.addresses({});
    const router = await bench.startRouter();
    await play(bench, CAPTURE);
    const table = finalTable(ours);
    expect(table).toHaveLength(OUR_ROUTES.length);
    for (const family of FAMILIES) await routerShows(router, ours, family, table);
  },

  "a captured table is played": async (bench) => {
    const router = await bench.startRouter();
    const file = join(bench.directory, "table.mrt");
    writeFileSync(file, tableOf(bench, OUR_ROUTES));
    await play(bench, file);
    const seen = seenFrom(OUR_AS, OUR_ROUTES);
    for (const family of FAMILIES) await routerShows(router, bench.addresses({}).ours, family, seen);
  },
} satisfies Scenarios;
