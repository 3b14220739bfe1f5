/**
 * Runs a system tool (ffmpeg, ffprobe, openssl …) to its end and gives what it printed.
 *
 * Fixtures only. A failure names the tool, its exit code and the end of what it said, so that a
 * missing package or a wrong option is seen at once.
 */
import { spawn } from "node:child_process";

export interface ToolOptions {
  readonly input?: string | Uint8Array;
  readonly timeoutMs?: number;
  readonly cwd?: string;
}

/** Standard output of the tool; rejects when it does not exit with 0. */
export function runTool(
  command: string,
  args: readonly string[],
  { input, timeoutMs = 120_000, cwd }: ToolOptions = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      ...(cwd === undefined ? {} : { cwd }),
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    });
    const output: Buffer[] = [];
    let complaint = "";
    child.stdout?.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-2_000);
    });
    // A tool that ends before it has read everything closes the pipe: its exit code tells why.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
    child.on("error", (cause) => reject(new Error(`${command} did not start`, { cause })));
    child.on("close", (code, signal) => {
      if (code === 0) resolve(Buffer.concat(output));
      else reject(new Error(`${command} ended with ${code ?? signal}: ${complaint.trim()}`));
    });
  });
}
