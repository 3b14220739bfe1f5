/**
 * Starts the camera server as a child process and talks to it: for benchmarks and the demo, where
 * the cameras' work must not be counted as the agent's.
 *
 * The child ends with its parent, however that ends.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { CameraServerStats } from "./camera-server.ts";
import type { ServerCommand } from "./main.ts";
import type { FaultDescription, ServerDescription } from "./server-description.ts";

export interface CameraServerProcess {
  readonly pid: number;
  readonly port: number;
  url(path: string, login?: { readonly user: string; readonly password: string }): string;
  /** Takes the place of all faults of the stream; none heals it. Path `*`: every stream. */
  setFaults(path: string, faults: readonly FaultDescription[]): Promise<void>;
  /** With the CPU time that the process has used since its start. */
  stats(): Promise<CameraServerStats & { readonly cpuMs: number }>;
  stop(): Promise<void>;
}

/** What the child answers: the port first, then one line a command. */
interface Answer {
  readonly id?: number;
  readonly port?: number;
  readonly error?: string;
  readonly stats?: CameraServerStats;
  readonly cpu?: { readonly user: number; readonly system: number };
}

export async function startCameraServerProcess(
  description: ServerDescription,
): Promise<CameraServerProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  waiting.set(0, Promise.withResolvers<Answer>());
  const ready = waiting.get(0)?.promise;
  child.on("exit", (code, signal) => {
    for (const { reject } of waiting.values()) {
      reject(new Error(`the camera server ended with ${code ?? signal}`));
    }
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const answer = JSON.parse(line) as Answer; // Written by main.ts.
    const { id = 0 } = answer;
    if (answer.error === undefined) waiting.get(id)?.resolve(answer);
    else waiting.get(id)?.reject(new Error(answer.error));
    waiting.delete(id);
  });
  child.stdin.on("error", () => undefined);
  child.stdin.write(`${JSON.stringify(description)}\n`);
  const port = (await ready)?.port;
  if (port === undefined || child.pid === undefined)
    throw new Error("the camera server has no port");

  let idNext = 1;
  const ask = (command: Omit<ServerCommand, "id">): Promise<Answer> => {
    const id = idNext++;
    const answer = Promise.withResolvers<Answer>();
    waiting.set(id, answer);
    if (child.exitCode !== null) answer.reject(new Error("the camera server has ended"));
    child.stdin.write(`${JSON.stringify({ ...command, id })}\n`);
    return answer.promise;
  };
  const scheme = description.tls === undefined ? "rtsp" : "rtsps";
  return {
    pid: child.pid,
    port,
    url(path, login) {
      const name = login === undefined ? "" : `${encodeURIComponent(login.user)}:`;
      const secret = login === undefined ? "" : `${encodeURIComponent(login.password)}@`;
      return `${scheme}://${name}${secret}127.0.0.1:${port}${path}`;
    },
    async setFaults(path, faults) {
      await ask({ setFault: { path, faults } });
    },
    async stats() {
      const { stats, cpu } = await ask({ stats: true });
      if (stats === undefined || cpu === undefined) throw new Error("no stats in the answer");
      return { ...stats, cpuMs: (cpu.user + cpu.system) / 1_000 };
    },
    stop: () => ended(child),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.stdin?.end();
  const impatient = setTimeout(() => child.kill("SIGKILL"), 3_000);
  await exit;
  clearTimeout(impatient);
}
