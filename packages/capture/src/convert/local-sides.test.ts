// Which end of a session is taken for the router's own.
import { createContext } from "@bgpwire/decoder";
import { expect, test } from "vitest";
import type { Direction, Endpoint, Rib } from "../event.ts";
import { LocalSides } from "./local-sides.ts";

const context = createContext();
const [A, B, C, D] = [1, 2, 3, 4].map((octet): Endpoint => ({
  address: `192.0.2.${octet}`,
  port: null,
  as: null,
  bgpIdentifier: null,
})) as [Endpoint, Endpoint, Endpoint, Endpoint];

function direction(session: number, sender: Endpoint, receiver: Endpoint, rib: Rib | null = null): Direction {
  return { session, sender, receiver, context, guessed: false, rib };
}

test("the end to which the first event goes, for the whole session", () => {
  const sides = new LocalSides();
  expect(sides.sends(direction(0, A, B))).toBe(false);
  expect(sides.sends(direction(0, B, A))).toBe(true);
  expect(sides.sends({ ...direction(0, B, A), sender: { ...B, as: 65_001 } })).toBe(true);
});

test("of another session the end that was the local one before, or was there at all, whoever sends first", () => {
  const sides = new LocalSides();
  sides.sends(direction(0, A, B));
  expect(sides.sends(direction(1, B, C))).toBe(true);
  expect(sides.sends(direction(2, A, D))).toBe(true);
  expect(sides.sends(direction(3, D, A))).toBe(false);
});

test("what the capture tells is believed first", () => {
  const sides = new LocalSides();
  expect(sides.sends(direction(0, A, B, "adjRibOutPost"))).toBe(true);
  expect(sides.sends(direction(0, A, B, "adjRibIn"))).toBe(false);
  expect(sides.sends(direction(0, A, B), { type: 17, subtype: 7 })).toBe(true);
  expect(sides.sends(direction(0, A, B), { type: 16, subtype: 4 })).toBe(false);
});

test("of two ends that are the same nobody is the sender", () => {
  expect(new LocalSides().sends(direction(0, A, A))).toBe(false);
});
