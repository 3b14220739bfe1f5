/**
 * Runs ffmpeg or ffprobe: an empty environment, bounded text of its complaints, killed with the
 * signal. Its output goes to the callback chunk by chunk.
 */
import { spawn } from "node:child_process";
import { CaptureError, quote } from "../capture-error.ts";

export interface ToolRun {
  readonly tool: "ffmpeg" | "ffprobe";
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  onOutput(chunk: Buffer): void;
}

const complaintCharsMax = 2_000;

/**
 * Resolves with the last line of its complaints ("" when there is none) and whether it ended well;
 * rejects with the signal's reason, or with what the callback threw.
 */
export function runTool(
  run: ToolRun,
): Promise<{ readonly isOk: boolean; readonly complaint: string }> {
  const { tool, args, signal, timeoutMs } = run;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"] },
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
      killSignal: "SIGKILL",
    });
    let complaint = "";
    const stop = (): void => void child.kill("SIGKILL");
    const finish = (end: () => void): void => {
      signal.removeEventListener("abort", stop);
      end();
    };
    signal.addEventListener("abort", stop, { once: true });
    child.stdout.on("data", (chunk: Buffer) => {
      try {
        run.onOutput(chunk);
      } catch (error) {
        stop();
        finish(() => reject(error));
      }
    });
    child.stderr.on("data", (chunk: Buffer) => {
      complaint = (complaint + chunk.toString("latin1")).slice(-complaintCharsMax);
    });
    child.on("error", (cause) => finish(() => reject(notStarted(tool, cause))));
    child.on("close", (code) =>
      finish(() => {
        if (signal.aborted) reject(signal.reason);
        else resolve({ isOk: code === 0, complaint: lastLine(complaint) });
      }),
    );
  });
}

function notStarted(tool: string, cause: Error): CaptureError {
  const isMissing = "code" in cause && cause.code === "ENOENT";
  return new CaptureError(
    "codec-unsupported",
    isMissing
      ? `this camera needs ${tool}, which is not installed`
      : `this camera needs ${tool}, which did not start: ${quote(cause.message)}`,
    { cause },
  );
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1)?.trim() ?? "";
