// Recordings of collectors written as what a router sends to a monitoring station: Wireshark reads every message of it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BmpEventWriter, BmpReader, captureEvents, EventReading, readAll } from "@bgpwire/capture";
import { encodeInterface, encodePacket, encodeSection } from "../../packages/capture/src/pcap/pcapng.ts";
import { SyntheticConnection } from "../../packages/capture/src/tcp/synthetic.ts";
import { written } from "../support/conversion.ts";
import { tsharkVersion } from "../support/foreign/tshark.ts";

const RECORDED = new URL("../fixtures/recorded/", import.meta.url);
const PORT = 11_019;
const RAW_IP = 101;

/** A capture of a connection with these octets. */
function capture(octets: Uint8Array): Uint8Array {
  const parts = [encodeSection("test"), encodeInterface(RAW_IP)];
  const ends = [
    { address: Uint8Array.of(192, 0, 2, 1), port: 40_000 },
    { address: Uint8Array.of(192, 0, 2, 9), port: PORT },
  ] as const;
  const connection = new SyntheticConnection(ends, (packet) => {
    parts.push(encodePacket({ seconds: 1, nanoseconds: 0 }, packet));
  });
  connection.open(0);
  connection.write(0, octets);
  return Buffer.concat(parts);
}

const withoutTshark = tsharkVersion() === null && process.env["CI"] === undefined;

describe.skipIf(withoutTshark)("beside tshark (skipped without it)", () => {
  test.each(["gobgp-updates.mrt", "bird-table.mrt"])("%s", (file) => {
    const events = readAll(captureEvents(), new Uint8Array(readFileSync(new URL(file, RECORDED))));
    expect(events.filter((event) => event.kind === "message" && new EventReading(event).issues.length > 0)).toEqual([]);
    const octets = written(events, new BmpEventWriter());
    const types = readAll(new BmpReader(), octets).map(({ kind }) => kind);
    expect(types).toContain("routeMonitoring");
    const directory = mkdtempSync(join(tmpdir(), "bgpwire-"));
    try {
      const path = join(directory, "bmp.pcapng");
      writeFileSync(path, capture(octets));
      const fields = [
        "-T",
        "fields",
        "-E",
        "separator=;",
        "-e",
        "bmp.type",
        "-e",
        "_ws.malformed",
        "-e",
        "_ws.expert.severity",
      ];
      const { stdout } = spawnSync(
        "tshark",
        ["-n", "-r", path, "-d", `tcp.port==${PORT},bmp`, "-Y", "bmp", ...fields],
        {
          encoding: "utf8",
        },
      );
      const rows = stdout
        .trim()
        .split("\n")
        .map((line) => line.split(";"));
      expect(rows.flatMap(([types]) => types!.split(",")).length).toBe(types.length);
      expect(rows.filter(([, malformed]) => malformed !== "")).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
