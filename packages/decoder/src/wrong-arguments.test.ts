// What is given by mistake is refused with one error that names the field, and is never written into a message or skipped in silence.
import type { Negotiated } from "@bgpwire/core";
import { expect, test } from "vitest";
import {
  asPath,
  contextOf,
  createContext,
  createUpdateDecoder,
  encodeUpdate,
  endOfRib,
  origin,
  packUpdates,
  RouteWriter,
  sendContextOf,
} from "./index.ts";
import type { RouteSink } from "./index.ts";

const context = createContext({ session: "ebgp" });
const attributes = [origin("igp"), asPath("65001")];
const sink = { negotiated: { maxMessageSent: 4096, families: [{ afi: 1, safi: 1 }] } } as unknown as RouteSink;
const writer = (): RouteWriter => new RouteWriter(sink, context);
/** As a program without types would. */
const any = (value: unknown): never => value as never;

test.each<[mistake: string, call: () => unknown, message: string | RegExp]>([
  [
    "a kind of session that is none",
    () => createContext({ session: any("external") }),
    /^session: "external" is not one of ebgp, /,
  ],
  [
    "a misspelt option of a context",
    () => createContext(any({ peeras: 1 })),
    /^peeras: is none of the options of a context; did you mean peerAs\?$/,
  ],
  [
    "text for an AS number",
    () => createContext({ peerAs: any("65001") }),
    /^peerAs: "65001" is not an AS number from 0 to 4294967295/,
  ],
  ["no options", () => createContext(any(null)), "options: null is not an object with the options of a context"],
  [
    "a session for what it has negotiated",
    () => contextOf(any({ negotiated: {} })),
    /^negotiated: is not .*; give session.negotiated$/,
  ],
  ["nothing for what was negotiated", () => sendContextOf(undefined as unknown as Negotiated), /^negotiated: /],
  ["a number for a path", () => asPath(any(65001)), /^asPath: 65001 is no AS path; give text such as/],
  [
    "text for a batch",
    () => packUpdates(any("203.0.113.0/24"), context),
    /^options: "203.0.113.0\/24" is not an object with a batch/,
  ],
  [
    "a misspelt part of a batch",
    () => packUpdates(any({ announced: [] }), context),
    "announced: is none of a batch of routes; did you mean announce?",
  ],
  ["text for a list of routes", () => packUpdates({ withdraw: any("203.0.113.0/24") }, context), /give a list such as/],
  ["a number for a route", () => packUpdates({ withdraw: [any(5)] }, context), /^nlri: 5 is no route; give text/],
  [
    "an object for attributes",
    () => packUpdates({ announce: ["203.0.113.0/24"], attributes: any({}) }, context),
    /^attributes: is not a list/,
  ],
  [
    "text for a route of an UPDATE",
    () => encodeUpdate({ nlri: [any("203.0.113.0/24")] }, context),
    /^nlri\[0\]: .* give one such as \{ prefix/,
  ],
  [
    "an attribute that is none",
    () => encodeUpdate({ attributes: [any({ name: "med" })] }, context),
    /^attributes: "med" with code undefined is no/,
  ],
  ["text for a family", () => endOfRib(any("ipv6-unicast")), /^family: is not \{ afi, safi \}/],
  ["no handlers", () => createUpdateDecoder(any(undefined)), /^options: undefined is not an object with the handlers$/],
  [
    "a misspelt handler",
    () => createUpdateDecoder(any({ attributes: {} })),
    "attributes: is none of the handlers; did you mean attribute?",
  ],
  ["a handler that is none", () => createUpdateDecoder({ announced: any(5) }), "announced: is not a function"],
  [
    "a handler of routes that is none",
    () => createUpdateDecoder({ unreach: { "ipv6-unicast": any({}) } }),
    "unreach.ipv6-unicast: is not a function",
  ],
  [
    "a name for a code",
    () => createUpdateDecoder({ attribute: any({ asPath: () => {} }) }),
    /^attribute.asPath: is not the code of an attribute/,
  ],
  [
    "text for a route",
    () => writer().announce(any("203.0.113.0/24")),
    /^route: .* is not an object with nlri, attributes and nextHop$/,
  ],
  ["a batch for a route", () => writer().announce(any({ announce: [], attributes })), /^nlri: undefined is no route/],
  [
    "a route without attributes",
    () => writer().announce(any({ nlri: "203.0.113.0/24", nextHop: "192.0.2.1" })),
    /^attributes: 203.0.113.0\/24: is not a list such as/,
  ],
  ["nothing to withdraw", () => writer().withdraw(any(undefined)), /^route: undefined is not an object with nlri/],
])("%s is refused", (_, call, message) => {
  expect(call).toThrow(expect.objectContaining({ name: "ConfigError", message: expect.stringMatching(message) }));
});
