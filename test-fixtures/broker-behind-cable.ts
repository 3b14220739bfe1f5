/**
 * mosquitto in a network namespace of its own, behind a virtual cable that can be cut, made lossy,
 * or taken away without a word. Linux, root and the tools `ip` and `mosquitto`.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

export interface BrokerBehindCable {
  readonly url: string;
  /** Down: what is sent gets lost, and neither side hears that the other has gone. */
  setCable(state: "up" | "down"): void;
  /** Of the packets that go to the broker; false: this machine cannot. */
  loseEvery(percent: number): boolean;
  /** Runs in the broker's network. */
  inside(command: readonly string[]): readonly string[];
  stop(): Promise<void>;
}

const port = 1883;

/** False: not root, or no namespaces here. */
export function mayCutNetworks(): boolean {
  const name = `kerbside-try-${process.pid}`;
  try {
    ip("netns", "add", name);
    ip("netns", "del", name);
    return true;
  } catch {
    return false;
  }
}

export async function startBrokerBehindCable(): Promise<BrokerBehindCable> {
  const number = process.pid % 250;
  const [space, near, far] = [`kerbside-${process.pid}`, `kbn${process.pid}`, `kbf${process.pid}`];
  const [nearAddress, farAddress] = [`10.213.${number}.1`, `10.213.${number}.2`];
  const folder = await mkdtemp(join(tmpdir(), "kerbside-cable-"));
  let broker: ChildProcess | undefined;
  const inside = (command: readonly string[]) => ["ip", "netns", "exec", space, ...command];
  const stop = async (): Promise<void> => {
    if (broker !== undefined && broker.exitCode === null) {
      const ended = once(broker, "exit");
      broker.kill("SIGKILL");
      await ended;
    }
    // The cable goes with the namespace.
    ip("netns", "del", space);
    await rm(folder, { recursive: true, force: true });
  };
  ip("netns", "add", space);
  try {
    ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", space);
    ip("addr", "add", `${nearAddress}/30`, "dev", near);
    ip("link", "set", near, "up");
    ip("-n", space, "addr", "add", `${farAddress}/30`, "dev", far);
    ip("-n", space, "link", "set", far, "up");
    ip("-n", space, "link", "set", "lo", "up");
    const file = join(folder, "mosquitto.conf");
    const lines = [
      `listener ${port} 0.0.0.0`,
      "allow_anonymous true",
      `user ${userInfo().username}`,
    ];
    await writeFile(file, `${lines.join("\n")}\n`);
    const [tool = "", ...args] = inside(["mosquitto", "-c", file]);
    broker = spawn(tool, args, { stdio: ["ignore", "ignore", "pipe"] });
    await running(broker);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `mqtt://${farAddress}:${port}`,
    setCable: (state) => ip("link", "set", near, state),
    loseEvery(percent) {
      try {
        const how = percent === 0 ? ["del"] : ["add"];
        const loss = percent === 0 ? [] : ["netem", "loss", `${percent}%`];
        execFileSync("tc", ["qdisc", ...how, "dev", near, "root", ...loss], { stdio: "ignore" });
        return true;
      } catch {
        return false;
      }
    },
    inside,
    stop,
  };
}

function ip(...args: readonly string[]): void {
  execFileSync("ip", args, { stdio: "ignore" });
}

async function running(broker: ChildProcess): Promise<void> {
  let said = "";
  for await (const piece of broker.stderr ?? []) {
    said += String(piece);
    if (/mosquitto version .* running/.test(said)) break;
  }
  if (broker.exitCode !== null) throw new Error(`mosquitto ended: ${said.slice(-300)}`);
}
