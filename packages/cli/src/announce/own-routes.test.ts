import { expect, it } from "vitest";
import type { Announcement } from "./announcement.ts";
import { OwnRoutes } from "./own-routes.ts";

function route(prefix: string, pathId = 1, nextHop = "192.0.2.1"): Announcement {
  return { prefix, pathId, attributes: { nextHop, origin: "igp", asPath: "" } };
}

it("gives every path to a session with ADD-PATH and the lowest to others (RFC 7911)", () => {
  const routes = new OwnRoutes();
  for (const one of [route("10.0.0.0/8", 7), route("10.0.0.0/8", 3), route("2001:db8::/32")]) routes.set(one);
  expect(routes.size).toBe(3);
  expect([...routes.list(4, Infinity)].map((one) => one.pathId)).toEqual([7, 3]);
  expect([...routes.list(4, 1)].map((one) => one.pathId)).toEqual([3]);
  expect([...routes.list(6, 1)].map((one) => one.prefix)).toEqual(["2001:db8::/32"]);
});

it("replaces a route with the same prefix and path", () => {
  const routes = new OwnRoutes();
  routes.set(route("10.0.0.0/8"));
  routes.set(route("10.0.0.0/8", 1, "192.0.2.2"));
  expect([...routes.list(4, Infinity)].map((one) => one.attributes.nextHop)).toEqual(["192.0.2.2"]);
});

it("says what was taken out", () => {
  const routes = new OwnRoutes();
  for (const id of [1, 2, 3]) routes.set(route("10.0.0.0/8", id));
  expect(routes.delete("10.0.0.0/8", 2)).toEqual([2]);
  expect(routes.delete("10.0.0.0/8", 2)).toEqual([]);
  expect(routes.delete("10.0.0.0/8", null)).toEqual([1, 3]);
  expect(routes.delete("10.0.0.0/8", null)).toEqual([]);
  expect(routes.paths("10.0.0.0/8", 1)).toEqual([]);
});
