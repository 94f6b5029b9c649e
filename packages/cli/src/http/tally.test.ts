import type { Peer } from "@bgpwire/core";
import type { Issue } from "@bgpwire/decoder";
import { expect, it } from "vitest";
import { Tally } from "./tally.ts";

const issue = (name: string, action: string): Issue => ({ name, action }) as unknown as Issue;

it("counts an UPDATE once for each rule that it broke and what was done about it", () => {
  const peer = {} as Peer;
  const tally = new Tally();
  tally.issues(peer, [
    issue("origin-value", "withdraw"),
    issue("origin-value", "withdraw"),
    issue("med-length", "withdraw"),
  ]);
  tally.issues(peer, [issue("origin-value", "ignore")]);
  tally.issues(peer, [issue("origin-value", "withdraw")]);
  expect(tally.of(peer).malformed).toEqual([
    { rule: "origin-value", action: "withdraw", count: 2 },
    { rule: "med-length", action: "withdraw", count: 1 },
    { rule: "origin-value", action: "ignore", count: 1 },
  ]);
  expect(tally.of({} as Peer).malformed).toEqual([]);
});
