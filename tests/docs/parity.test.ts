// docs/parity.md says what stands for each thing the seed library exports, and where that is proven. This keeps it true: each
// name exists in the sources, each link leads to a test file, and each title it quotes is in that file.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const DOC = join(ROOT, "docs/parity.md");

/** What CoreBGP 0.8 exports, constants excepted. */
const EXPORTS = [
  ["NewServer", "Serve", "Close", "AddPeer", "DeletePeer", "GetPeer", "ListPeers", "PeerConfig", "SetLogger"],
  ["ErrPeerAlreadyExists", "ErrPeerNotExist", "ErrServerClosed", "SetTCPMD5Signature"],
  ["WithPort", "WithPassive", "WithLocalAddress", "WithHoldTime", "WithIdleHoldTime", "WithConnectRetryTime"],
  ["WithDialerControl", "GetCapabilities", "OnOpenMessage", "OnEstablished", "OnClose", "WriteUpdate"],
  ["UpdateMessageHandler", "UpdateMessageWriter", "Capability", "Equal", "NewMPExtensionsCapability"],
  ["NewAddPathCapability", "AddPathTuple", "DecodeAddPathTuples", "Notification", "AsSessionReset"],
  ["NewUpdateDecoder", "DecodeFn", "PathAttrsDecodeFn", "NewWithdrawnRoutesDecodeFn", "NewNLRIDecodeFn"],
  ["NewWithdrawnAddPathRoutesDecodeFn", "NewNLRIAddPathDecodeFn", "NewMPReachNLRIDecodeFn", "PathAttrFlags"],
  ["NewMPUnreachNLRIDecodeFn", "DecodeMPReachIPv6NextHops", "DecodeMPIPv6Prefixes", "DecodeMPIPv6AddPathPrefixes"],
  ["UpdateError", "TreatAsWithdrawUpdateErr", "AttrDiscardUpdateErr", "UpdateNotificationFromErr"],
].flat();

interface Row {
  readonly there: string;
  readonly here: string;
  readonly proof: string;
}

function rows(): Row[] {
  return readFileSync(DOC, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| CoreBGP"))
    .map((line) => {
      const [there = "", here = "", proof = ""] = line.slice(1, -1).split(/(?<!\\)\|/);
      return { there: there.trim(), here, proof };
    });
}

/** All sources of all packages in one text, tests excepted. */
function sources(): string {
  const files: string[] = [];
  const walk = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts")) files.push(path);
    }
  };
  for (const name of readdirSync(join(ROOT, "packages"))) {
    const directory = join(ROOT, "packages", name, "src");
    if (existsSync(directory)) walk(directory);
  }
  return files.map((file) => readFileSync(file, "utf8")).join("\n");
}

/** The names in code spans. @example "`Speaker.start(…)`, `holdTime: 90`" gives Speaker, start, holdTime */
function names(text: string): string[] {
  const spans = [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
  return spans.flatMap((span) => span.replaceAll(/"[^"]*"/g, "").match(/[A-Za-z_$][\w$]*/g) ?? []);
}

describe.each(rows().map((row) => [row.there, row] as const))("%s", (_there, { here, proof }) => {
  test("every name exists", () => {
    const text = sources();
    const missing = names(here).filter((name) => !new RegExp(`\\b${name.replaceAll("$", "\\$")}\\b`).test(text));
    expect(missing).toEqual([]);
  });

  test("every link leads to the test it names", () => {
    const links = [...proof.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)];
    expect(links.length).toBeGreaterThan(0);
    for (const [, title, path] of links) {
      const file = normalize(join(ROOT, "docs", path!));
      expect(existsSync(file), `${path} exists`).toBe(true);
      const body = readFileSync(file, "utf8").replaceAll("\\", "");
      expect(body.includes(title!), `"${title}" is in ${path}`).toBe(true);
    }
  });
});

test("nothing that the seed library exports is forgotten", () => {
  const text = readFileSync(DOC, "utf8");
  expect(EXPORTS.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
});
