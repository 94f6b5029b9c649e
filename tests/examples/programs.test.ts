// The examples that end by themselves print what they are there to show.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

function run(name: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const file = fileURLToPath(new URL(`../../examples/${name}.ts`, import.meta.url));
  return spawnSync(process.execPath, [file, ...args], { encoding: "utf8" });
}

describe("examples/dissect.ts", () => {
  it("shows a message of its own", () => {
    const { status, stdout, stderr } = run("dissect");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toContain("   18  02                           Type: 2 (UPDATE)\n");
    expect(stdout).toMatch(/36 +00 00 fd ea +AS Number: 65002\n/);
    expect(stdout).toMatch(/47 +NLRI: 203\.0\.113\.0\/24\n/);
  });

  it("shows what is wrong, and where", () => {
    const { stdout } = run("dissect", `${"ff".repeat(16)}001b02 0000 0004 40010109`.replaceAll(" ", ""));
    expect(stdout).toMatch(/23 +ORIGIN\n +! ORIGIN has an undefined value \(RFC 7606 section 7\.1\)\n/);
  });

  it("refuses what is no message", () => {
    const { status, stderr } = run("dissect", "xyz");
    expect(status).toBe(2);
    expect(stderr).toBe('"xyz" is not the hexadecimal digits of a message\n');
  });
});

describe("examples/record-session.ts", () => {
  it("records a session and does it again", { timeout: 30_000 }, () => {
    const { status, stdout, stderr } = run("record-session");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^sessions 1, messages received \d+, sent \d+\nevery output is as it was recorded\n$/);
  });
});
