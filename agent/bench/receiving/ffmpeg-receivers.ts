/**
 * One ffmpeg a camera that receives and throws away: what our own receiving is compared with.
 *
 * CPU is read from /proc, so the comparison needs Linux. Addresses come from the benchmark's own
 * cameras and hold no login.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

export class FfmpegReceivers {
  readonly #children: readonly ChildProcess[];

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children;
  }

  /** Undefined where there is no ffmpeg. */
  static async start(urls: readonly string[]): Promise<FfmpegReceivers | undefined> {
    if (!(await hasFfmpeg())) return undefined;
    return new FfmpegReceivers(urls.map(receive));
  }

  /** CPU time of all of them since their start. */
  cpuMs(): number {
    return this.#children.reduce((sum, { pid }) => sum + (pid === undefined ? 0 : cpuMsOf(pid)), 0);
  }

  checkRunning(): void {
    const ended = this.#children.filter(({ exitCode, signalCode }) => exitCode ?? signalCode);
    if (ended.length > 0) throw new Error(`${ended.length} of ffmpeg's processes ended early`);
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exit = once(child, "exit");
        child.kill("SIGKILL");
        await exit;
      }),
    );
  }
}

function hasFfmpeg(): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn("ffmpeg", ["-version"], { stdio: "ignore" });
    child.on("error", () => resolve(false));
    child.on("exit", (code) => resolve(code === 0));
  });
}

function receive(url: string): ChildProcess {
  // It needs not study for long what it only copies.
  const study = ["-analyzeduration", "500000"];
  const input = [...study, "-rtsp_transport", "tcp", "-i", url];
  const args = ["-v", "quiet", "-nostdin", ...input, "-an", "-c", "copy", "-f", "null", "-"];
  return spawn("ffmpeg", args, { stdio: "ignore" });
}

/** Linux counts in hundredths of a second, whatever the kernel's own tick. */
const msPerTick = 10;

function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The name of the program may hold blanks; fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * msPerTick;
}
