// Communities and large communities as text.
import { describe, expect, test } from "vitest";
import { formatCommunity, parseCommunity, WellKnownCommunity } from "./community.ts";
import { formatLargeCommunity, parseLargeCommunity } from "./large-community.ts";

describe("RFC 1997", () => {
  test.each([
    [0, "0:0"],
    [0xfde8_0064, "65000:100"],
    [0xffff_ff01, "no-export"],
    [0xffff_ff02, "no-advertise"],
    [0xffff_ff03, "no-export-subconfed"],
    [0xffff_ff04, "nopeer"],
    [0xffff_029a, "blackhole"],
    [0xffff_0000, "graceful-shutdown"],
    [0xffff_0006, "llgr-stale"],
    [0xffff_0002, "route-filter-translated-v4"],
    [0xffff_ff05, "65535:65285"],
  ])("%i is %s", (community, text) => {
    expect(formatCommunity(community)).toBe(text);
    expect(parseCommunity(text)).toBe(community);
  });

  test("names as RFCs write them, and the number of a well-known one", () => {
    expect(parseCommunity("NO_EXPORT")).toBe(WellKnownCommunity.NoExport);
    expect(parseCommunity("65535:65281")).toBe(WellKnownCommunity.NoExport);
    expect(parseCommunity("GRACEFUL_SHUTDOWN")).toBe(WellKnownCommunity.GracefulShutdown);
  });

  test.each(["", "65000", "65536:0", "0:65536", "-1:0", "01:0", "1:2:3", "no-such", ":1", "1:", " 1:2"])(
    "%j is none",
    (text) => {
      expect(parseCommunity(text)).toBeNull();
    },
  );
});

describe("RFC 8092 section 5", () => {
  test("three numbers", () => {
    const community = { globalAdministrator: 64496, localData1: 4294967295, localData2: 2 };
    expect(formatLargeCommunity(community)).toBe("64496:4294967295:2");
    expect(parseLargeCommunity("64496:4294967295:2")).toEqual(community);
  });

  test.each(["64496:0", "064496:0:0", "64496:4294967296:0", "1:2:3:4", "a:b:c", "1::2"])("%j is none", (text) => {
    expect(parseLargeCommunity(text)).toBeNull();
  });
});
