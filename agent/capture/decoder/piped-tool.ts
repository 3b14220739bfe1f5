/**
 * Runs a system tool on bytes: they go to its standard input, what comes out is bounded, and it is
 * killed when its time is over. No shell, no environment but the path, no network where the machine
 * can take it away.
 */
import { spawn } from "node:child_process";
import { withoutNetwork } from "./without-network.ts";

export interface PipedRun {
  readonly tool: "ffmpeg" | "ffprobe";
  readonly args: readonly string[];
  readonly input: readonly Uint8Array[];
  readonly outputBytesMax: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const complaintCharsMax = 400;

/** Its whole output; rejects with the end of what it complained about. */
export function runPiped(run: PipedRun): Promise<Buffer> {
  const { tool, args, input, outputBytesMax, timeoutMs, signal } = run;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const command = withoutNetwork({ file: tool, args });
    const child = spawn(command.file, command.args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { PATH: process.env["PATH"] },
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    });
    const chunks: Buffer[] = [];
    let outputBytes = 0;
    let complaint = "";
    const kill = (): void => void child.kill("SIGKILL");
    signal.addEventListener("abort", kill, { once: true });
    child.on("error", reject);
    // It may end before it has read everything; its exit code tells whether that is a fault.
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (chunk: Buffer) => {
      outputBytes += chunk.length;
      if (outputBytes > outputBytesMax) kill();
      else chunks.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      complaint = (complaint + chunk.toString("latin1")).slice(-complaintCharsMax);
    });
    child.on("close", (code, killedBy) => {
      signal.removeEventListener("abort", kill);
      if (code === 0) resolve(Buffer.concat(chunks));
      else reject(new Error(`${tool} ended with ${code ?? killedBy} ${complaint.trim()}`.trim()));
    });
    for (const part of input) child.stdin.write(part);
    child.stdin.end();
  });
}
