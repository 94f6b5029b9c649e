// Sessions of several captures, told apart by their ends.
import { createContext } from "@bgpwire/decoder";
import { expect, test } from "vitest";
import type { Direction, Endpoint, GapEvent } from "../event.ts";
import { JoinedCaptures } from "./joined-captures.ts";

const [A, B, C] = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map((address): Endpoint => ({
  address,
  port: null,
  as: null,
  bgpIdentifier: null,
}));
const context = createContext();

function gap(session: number, sender: Endpoint, receiver: Endpoint): GapEvent {
  const direction: Direction = { session, sender, receiver, context, guessed: false, rib: null };
  return { kind: "gap", seconds: 0, nanoseconds: 0, offset: 0, direction, octets: null };
}

test("the first capture is as it is; a later one goes on with sessions between the same ends, and others are new", () => {
  const joined = new JoinedCaptures();
  const number = (event: GapEvent): number => joined.event(event).direction.session;
  const first = gap(0, A!, B!);
  expect(joined.event(first)).toBe(first);
  expect([gap(1, A!, C!), gap(5, B!, C!)].map(number)).toEqual([1, 5]);
  joined.next();
  // Both directions of a session have one number; the same ends twice in one capture are two sessions.
  expect([gap(0, C!, A!), gap(0, A!, C!), gap(1, A!, B!), gap(2, C!, C!), gap(3, A!, C!)].map(number)).toEqual([
    1, 1, 0, 6, 7,
  ]);
  joined.next();
  expect([gap(0, A!, C!), gap(1, C!, C!)].map(number)).toEqual([7, 6]);
});
