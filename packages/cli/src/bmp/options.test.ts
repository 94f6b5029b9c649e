// The flags of `bgpwire bmp`.
import { describe, expect, test } from "vitest";
import { bmpOptions, type BmpFlags } from "./options.ts";

const FLAGS: BmpFlags = {
  connect: [],
  maxRouters: "256",
  format: "text",
  prefix: [],
  moreSpecific: [],
  lessSpecific: [],
  peer: [],
  as: [],
  originAs: [],
  path: [],
  community: [],
  family: [],
  type: [],
};

describe("bgpwire bmp", () => {
  test.each([
    [{}, { address: "127.0.0.1", port: 11019 }],
    [{ listen: "0" }, { address: "127.0.0.1", port: 0 }],
    [{ listen: "[::]:1790" }, { address: "::", port: 1790 }],
    [{ connect: ["router1.example:1790"] }, null],
    [
      { connect: ["router1.example:1790"], listen: "192.0.2.9:1" },
      { address: "192.0.2.9", port: 1 },
    ],
  ])("with %j listens where it is told", (flags: Partial<BmpFlags>, listen) => {
    expect(bmpOptions({ ...FLAGS, ...flags })).toMatchObject({ listen });
  });

  test.each([
    [{ listen: "192.0.2.300:1" }, '--listen: "192.0.2.300:1" is not accepted; give PORT or ADDRESS:PORT'],
    [{ listen: "70000" }, '--listen: "70000" is not accepted; give PORT or ADDRESS:PORT'],
    [{ connect: ["192.0.2.1"] }, '--connect: "192.0.2.1" is not accepted; give HOST:PORT'],
    [{ connect: ["192.0.2.1:0"] }, '--connect: "192.0.2.1:0" is not accepted; give HOST:PORT'],
    [{ maxRouters: "0" }, '--max-routers: "0" is not accepted; give a whole number from 1 to 10000'],
    [{ format: "xml" }, '--format: "xml" is not accepted; give one of text, '],
  ])("refuses %j", (flags: Partial<BmpFlags>, message) => {
    expect(() => bmpOptions({ ...FLAGS, ...flags })).toThrow(message);
  });
});
