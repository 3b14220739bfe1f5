/**
 * Everything around a soak: cameras in a process of their own, mosquitto with a hub behind it, and
 * the agent in a folder that is gone afterwards.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchCamera } from "../../agent/bench/cameras/bench-file.ts";
import { type LookCounts, lookCounts } from "../../agent/bench/cameras/look-counts.ts";
import { AgentProcess } from "../../test-fixtures/agent-process.ts";
import {
  type CameraServerProcess,
  startCameraServerProcess,
} from "../../test-fixtures/camera-server/camera-server-process.ts";
import { HubProbe } from "../../test-fixtures/hub-probe.ts";
import { type Mosquitto, startMosquitto } from "../../test-fixtures/mosquitto.ts";
import { soakFile } from "./soak-file.ts";
import type { SoakStreet } from "./soak-street.ts";

interface RigParts {
  readonly cameras: CameraServerProcess;
  readonly broker: Mosquitto;
  readonly hub: HubProbe;
  readonly agent: AgentProcess;
  readonly folder: string;
  readonly good: readonly BenchCamera[];
  readonly flapping: readonly BenchCamera[];
}

/** The longest pause before a camera is tried again, and the way to its first picture. */
const liveMsMax = 120_000;

export class SoakRig implements RigParts {
  readonly cameras: CameraServerProcess;
  readonly broker: Mosquitto;
  readonly hub: HubProbe;
  readonly agent: AgentProcess;
  readonly folder: string;
  readonly good: readonly BenchCamera[];
  readonly flapping: readonly BenchCamera[];

  private constructor(parts: RigParts) {
    this.cameras = parts.cameras;
    this.broker = parts.broker;
    this.hub = parts.hub;
    this.agent = parts.agent;
    this.folder = parts.folder;
    this.good = parts.good;
    this.flapping = parts.flapping;
  }

  /** Resolves when every camera is live. */
  static async start(street: SoakStreet, count: number): Promise<SoakRig> {
    await using undo = new AsyncDisposableStack();
    const ids = Array.from({ length: count }, (_, index) => `camera-${index + 1}`);
    const clip = { file: street.furnished };
    const cameras = await startCameraServerProcess({
      streams: ids.map((id) => ({ path: `/${id}`, clip })),
    });
    undo.defer(() => cameras.stop());
    const broker = await startMosquitto();
    undo.defer(() => broker.stop());
    const hub = await HubProbe.start(broker.url);
    undo.defer(() => hub.stop());
    const folder = await mkdtemp(join(tmpdir(), "kerbside-soak-"));
    undo.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const dataFolder = join(folder, "data");
    await mkdir(dataFolder);
    const list = ids.map((id) => ({ id, url: cameras.url(`/${id}`) }));
    // Every third one flaps.
    const flapping = list.filter((_, index) => index % 3 === 2);
    const good = list.filter((_, index) => index % 3 !== 2);
    const file = join(folder, "junction.yaml");
    await writeFile(file, soakFile({ good, flapping, hubUrl: broker.url, turn: 0 }));
    const agent = new AgentProcess({ file, dataFolder });
    undo.defer(() => agent.end());
    const rig = new SoakRig({ cameras, broker, hub, agent, folder, good, flapping });
    await agent.line(({ message }) => message === "running", liveMsMax);
    await rig.allLive();
    undo.move();
    return rig;
  }

  /** The file of another turn, or one that is wrong, and the signal to read it. */
  async reload(turn: number | "wrong"): Promise<void> {
    const { good, flapping, broker } = this;
    const text =
      turn === "wrong"
        ? "version: 1\ncameras: [ { id: camera-1, url: gopher://nobody } ]\n"
        : soakFile({ good, flapping, hubUrl: broker.url, turn });
    await writeFile(join(this.folder, "junction.yaml"), text);
    this.agent.signal("SIGHUP");
  }

  async allLive(): Promise<void> {
    const isLive = async () => {
      const { cameras } = await this.agent.health();
      return (
        cameras.length === this.good.length + this.flapping.length &&
        cameras.every(({ state }) => state === "live")
      );
    };
    await this.agent.until(isLive, "all cameras live", liveMsMax);
  }

  /** Its own counts, brought up to date. */
  async looks(cameras: readonly BenchCamera[]): Promise<LookCounts> {
    const text = await (await this.agent.ask("/metrics"))?.text();
    if (text === undefined) throw new Error(`the agent has no metrics:\n${this.agent.log()}`);
    return lookCounts(text, (camera) => cameras.some(({ id }) => id === camera));
  }

  /** What is behind the agent, which ends as well when it still runs. */
  async stop(): Promise<void> {
    await this.agent.end();
    await this.hub.stop();
    await this.broker.stop();
    await this.cameras.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
