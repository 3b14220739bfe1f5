/**
 * `kerbside status` as a container starts it: a process, beside an agent that hangs.
 *
 * A main thread that hangs still accepts connections (the kernel does that), so only the time says
 * that something is wrong.
 */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeAgentFile } from "../runtime/agent-file.ts";

test("an agent that accepts and never answers: exit code 3 after three seconds", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kerbside-status-"));
  const hanging = createServer(() => {});
  await once(hanging.listen(0, "127.0.0.1"), "listening");
  const address = hanging.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await writeAgentFile(folder, {
    pid: process.pid,
    startedAt: "2026-07-01T08:00:00.000+08:00",
    configurationFile: "junction.yaml",
    health: { host: "127.0.0.1", port },
  });
  try {
    const startedMs = performance.now();
    const { code, out } = await kerbside("status", "--data", folder);
    expect(code).toBe(3);
    expect(out).toMatch(
      /runs and does not answer at http:\/\/127\.0\.0\.1:\d+\/health: nothing within 3 s/,
    );
    expect(performance.now() - startedMs).toBeLessThan(8_000);
  } finally {
    hanging.close();
    await rm(folder, { recursive: true });
  }
});

function kerbside(...args: readonly string[]): Promise<{ code: unknown; out: string }> {
  const main = join(import.meta.dirname, "main.ts");
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, out) => {
      resolve({ code: error?.code ?? 0, out });
    });
  });
}
