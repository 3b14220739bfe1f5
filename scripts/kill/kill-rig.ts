/**
 * The real parts, each a process that can be killed and comes back: cameras, broker, agent with
 * its decoder host; and a hub that records.
 *
 * Most cameras see cars come and go every few seconds, one sees them for half a minute, one sees
 * the same car for ever: its one violation must live through everything.
 */
import { join } from "node:path";
import type { AgentProcess, LogLine } from "../../test-fixtures/agent-process.ts";
import {
  type CameraServerProcess,
  startCameraServerProcess,
} from "../../test-fixtures/camera-server/camera-server-process.ts";
import type { ServerDescription } from "../../test-fixtures/camera-server/server-description.ts";
import { cellClip } from "../../test-fixtures/clips/cell-clip.ts";
import { freePort } from "../../test-fixtures/free-port.ts";
import { Junction, wholePicture } from "../../test-fixtures/junction-file.ts";
import { type Mosquitto, startMosquitto } from "../../test-fixtures/mosquitto.ts";
import { type RecordingHub, startRecordingHub } from "./recording-hub.ts";

export const killTargets = ["agent", "decoder-host", "broker", "cameras"] as const;
export type KillTarget = (typeof killTargets)[number];

/** A time without the agent, as the wall clock has it. */
export interface Absence {
  readonly fromMs: number;
  untilMs: number;
}

const busyCount = 4;
const startMsMax = 120_000;
const busy = Array.from({ length: busyCount }, (_, index) => `busy-${index + 1}`);
export const steadyCamera = "steady";

export class KillRig {
  readonly absences: Absence[] = [];
  /** Of all agents there were. */
  readonly logs: (readonly LogLine[])[] = [];
  readonly #broker: Mosquitto;
  readonly #junction: Junction;
  readonly #description: ServerDescription;
  readonly hub: RecordingHub;
  #cameras: CameraServerProcess;
  #agent: AgentProcess;

  private constructor(parts: {
    readonly broker: Mosquitto;
    readonly junction: Junction;
    readonly description: ServerDescription;
    readonly hub: RecordingHub;
    readonly cameras: CameraServerProcess;
  }) {
    this.#broker = parts.broker;
    this.#junction = parts.junction;
    this.#description = parts.description;
    this.hub = parts.hub;
    this.#cameras = parts.cameras;
    this.#agent = this.#startAgent();
  }

  static async start({ forgets }: { readonly forgets: number | undefined }): Promise<KillRig> {
    const description = await camerasOf(await freePort());
    const broker = await startMosquitto();
    const hub = await startRecordingHub(broker.url, { forgets });
    const cameras = await startCameraServerProcess(description);
    const junction = await Junction.make();
    const camera = (id: string, reportAfter: string) => ({
      id,
      url: cameras.url(`/${id}`),
      zones: [
        {
          id: "kerb",
          polygon: wholePicture,
          rules: [{ kind: "illegal-parking", warnAfter: "1s", reportAfter, clearAfter: "1s" }],
        },
      ],
    });
    await junction.write({
      hubUrl: broker.url,
      cameras: [
        ...busy.map((id) => camera(id, "2s")),
        camera("patient", "12s"),
        camera(steadyCamera, "20s"),
      ],
    });
    return new KillRig({ broker, junction, description, hub, cameras });
  }

  get dataFolder(): string {
    return this.#junction.dataFolder;
  }

  /** The agent says that it runs; a busy machine may take its time. */
  async running(): Promise<void> {
    await this.#agent.line(({ message }) => message === "running", startMsMax);
  }

  /** SIGKILL, and at once a new one. False: there is none at this moment. */
  async kill(target: KillTarget): Promise<boolean> {
    switch (target) {
      case "agent": {
        const absence = { fromMs: Date.now(), untilMs: Number.POSITIVE_INFINITY };
        this.absences.push(absence);
        await this.#agent.stop("SIGKILL");
        this.#agent = this.#startAgent();
        void this.running().then(
          () => {
            absence.untilMs = Date.now();
          },
          () => {}, // Killed before it ran: the next absence begins where this one is.
        );
        return true;
      }
      case "decoder-host": {
        const host = this.#agent
          .tree()
          .find(({ commandLine }) => commandLine.includes("decoder/host.ts"));
        if (host === undefined) return false;
        process.kill(host.pid, "SIGKILL");
        return true;
      }
      case "broker":
        await this.#broker.kill();
        await this.#broker.restart();
        return true;
      case "cameras":
        process.kill(this.#cameras.pid, "SIGKILL");
        await this.#startCameras();
        return true;
    }
  }

  /** No more events: the cameras go, and what was written gets its time. Then the agent stops. */
  async settle(isSettled: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    await this.#cameras.stop();
    await this.running();
    await this.#agent.until(isSettled, "everything that was written at the hub", timeoutMs);
    await this.#agent.stop();
  }

  async remove(): Promise<void> {
    await this.#cameras.stop().catch(() => {});
    await this.#junction.remove();
    await this.hub.stop();
    await this.#broker.stop();
  }

  async #startCameras(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.#cameras = await startCameraServerProcess(this.#description);
        return;
      } catch (error) {
        if (attempt === 10) throw error; // Its port may still be held by the one that was killed.
      }
    }
  }

  #startAgent(): AgentProcess {
    const agent = this.#junction.start();
    this.logs.push(agent.lines);
    return agent;
  }
}

async function camerasOf(port: number): Promise<ServerDescription> {
  const comesAndGoes = await cellClip({
    seconds: 10,
    cars: [
      { cell: 0, from: 0, until: 5 },
      { cell: 3, from: 4, until: 9 },
    ],
  });
  const longer = await cellClip({ seconds: 45, cars: [{ cell: 1, from: 0, until: 40 }] });
  const always = await cellClip({ seconds: 4, cars: [{ cell: 0 }] });
  const stream = (id: string, file: string) => ({ path: join("/", id), clip: { file } });
  return {
    port,
    streams: [
      ...busy.map((id) => stream(id, comesAndGoes)),
      stream("patient", longer),
      stream(steadyCamera, always),
    ],
  };
}
