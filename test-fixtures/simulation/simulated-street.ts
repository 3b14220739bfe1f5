/**
 * Cameras, decoder and detector of a simulated street: pictures hold nothing but the moment they
 * show, and the detector sees what truly stood there then, with misses and jitter.
 */
import type { AgentPorts, Receiving } from "../../agent/agent-ports.ts";
import type { CaptureSink } from "../../agent/capture/capture.ts";
import type { RunnableDecoder } from "../../agent/capture/decoder/decoder.ts";
import type { EncodedPicture, PictureSizes } from "../../agent/capture/encoded-picture.ts";
import type { StreamStats } from "../../agent/capture/stream-stats.ts";
import type { StartSession } from "../../agent/inference/session-link.ts";
import { detectionsOf } from "../../pipelines/domain/detections.ts";
import { cameraId } from "../../pipelines/domain/ids.ts";
import type { AgentRun } from "./agent-run.ts";
import type { SeenPlaces } from "./chance.ts";
import { Draws } from "./draws.ts";
import type { Mutant } from "./mutants.ts";
import { type CameraPlan, isIn, type WorldPlan } from "./plan.ts";
import type { BoxTime, WorldTime } from "./world-time.ts";

interface SimulatedPicture extends EncodedPicture {
  readonly trueMs: number;
}

const noSizes: PictureSizes = {
  isUnbroken: false,
  betweenCount: 0,
  betweenBytes: 0,
  betweenBytesMax: 0,
  keyBytes: 1,
};
const flat = new Uint8Array(0);

export class SimulatedStreet {
  /** By camera: the moments that a detector looked at, true time. */
  readonly looks = new Map<string, number[]>();
  /** By camera: what each of these saw. */
  readonly seen = new Map<string, SeenPlaces[]>();
  readonly #plan: WorldPlan;
  readonly #time: WorldTime;
  readonly #box: BoxTime;
  readonly #mutant: Mutant;
  readonly #draws: Draws;

  constructor(plan: WorldPlan, time: WorldTime, box: BoxTime, mutant: Mutant) {
    this.#plan = plan;
    this.#time = time;
    this.#box = box;
    this.#mutant = mutant;
    this.#draws = new Draws(plan.seed, "street");
  }

  portsFor(run: AgentRun): Pick<AgentPorts, "receive" | "decode" | "startSession"> {
    return {
      receive: () => this.#receiving(run),
      decode: () => this.#decoder(run),
      startSession: this.#sessions(run),
    };
  }

  #receiving(run: AgentRun): Receiving {
    const newest = new Map<string, SimulatedPicture>();
    const states = new Map<string, StreamStats["state"]>();
    let sink: CaptureSink | undefined;
    const becomes = (id: string, state: "live" | "failed") => {
      if (states.get(id) === state) return;
      states.set(id, state);
      sink?.onState({
        cameraId: cameraId(id),
        stream: "main",
        state,
        detail: "",
        ...(state === "failed" ? { failure: "timeout" } : {}),
      });
    };
    const picture = (camera: CameraPlan, number: number) => {
      const { id, everyMs } = camera;
      const cancel = run.clock.after(everyMs * this.#draws.between(0.98, 1.02), () => {
        cancels.delete(cancel);
        const isAway = isIn(camera.gaps, this.#time.nowMs);
        if (isAway && !this.#mutant.inventsPictures) {
          newest.delete(id);
          becomes(id, "failed");
        } else {
          const old = newest.get(id);
          const trueMs = isAway && old !== undefined ? old.trueMs : this.#time.nowMs;
          const taken = this.#taken(camera, number, trueMs);
          newest.set(id, taken);
          becomes(id, "live");
          sink?.onPicture({
            cameraId: taken.cameraId,
            stream: "main",
            pictureNumber: number,
            capturedAtMs: taken.capturedAtMs,
            arrivedAtMonoMs: run.clock.monoMs(),
            keyframeDistanceMs: everyMs,
            sizes: noSizes,
          });
        }
        picture(camera, number + 1);
      });
      cancels.add(cancel);
    };
    const cancels = new Set<() => void>();
    return {
      start: (given) => {
        sink = given;
        for (const [index, camera] of this.#plan.cameras.entries()) {
          const cancel = run.clock.after(1_000 + 137 * index, () => picture(camera, 1));
          cancels.add(cancel);
        }
      },
      update: () => {},
      newestPicture: async (id) => {
        await run.call("fetch");
        return newest.get(id);
      },
      stats: async () =>
        this.#plan.cameras.map(({ id, everyMs }) => ({
          ...noStats,
          cameraId: cameraId(id),
          state: states.get(id) ?? "connecting",
          keyframeDistanceMs: everyMs,
        })),
      stop: async () => {
        sink = undefined;
        for (const cancel of cancels) cancel();
      },
    };
  }

  #taken(camera: CameraPlan, pictureNumber: number, trueMs: number): SimulatedPicture {
    const { nowMs } = this.#time;
    let off = 0;
    for (const { atMs, byMs } of camera.clockSteps) if (nowMs >= atMs) off = byMs;
    // What the mapping of a camera's clock does not get right at once.
    const stepAtMs = camera.clockSteps.findLast(({ atMs }) => nowMs >= atMs)?.atMs ?? nowMs;
    if (nowMs - stepAtMs > 120_000) off = 0;
    return {
      cameraId: cameraId(camera.id),
      stream: "main",
      codec: "h264",
      parameterSets: flat,
      units: [],
      pictureNumber,
      capturedAtMs: nowMs + this.#box.offsetMs + off,
      capturedUncertaintyMs: 40,
      clockSource: "sender-report",
      trueMs,
    };
  }

  /** The moment goes through the input's bytes, as a picture's pixels would. */
  #decoder(run: AgentRun): RunnableDecoder {
    return {
      restartCount: 0,
      start: () => {},
      stop: async () => {},
      decode: async (picture, crops) => {
        await run.wait(this.#draws.between(5, 60), "decode");
        if (this.#draws.is(0.005)) throw new Error("the decoder lost a picture");
        const { trueMs = 0, cameraId: id } = picture as Partial<SimulatedPicture> & EncodedPicture;
        const index = this.#plan.cameras.findIndex((camera) => camera.id === id);
        return crops.map(({ crop, width, height, into = new Uint8Array(3 * width * height) }) => {
          new DataView(into.buffer, into.byteOffset).setFloat64(0, trueMs);
          into[8] = index;
          return {
            planes: into,
            contentX: 0,
            contentY: 0,
            contentWidth: width,
            contentHeight: height,
            pictureWidth: 1_920,
            pictureHeight: 1_080,
            crop,
          };
        });
      },
    };
  }

  #sessions(run: AgentRun): StartSession {
    return (events) => {
      let isGone = false;
      // A thread runs what it is sent one after another.
      let last: Promise<unknown> = Promise.resolve();
      const say = (message: Parameters<typeof events.onMessage>[0]) => {
        if (!isGone) events.onMessage(message);
      };
      return {
        send: (message) => {
          if (message.type === "load") {
            const { modelTag } = message.model;
            void run.wait(50, "load").then(() => say({ type: "loaded", modelTag }));
            return;
          }
          const { id, inputs } = message;
          const runMs = this.#draws.between(20, 200);
          const dies = this.#draws.is(0.002);
          last = last
            .then(() => run.wait(runMs, "analyse"))
            .then(() => {
              if (dies && !isGone) {
                isGone = true;
                events.onGone("its thread died");
                return;
              }
              say({ type: "done", id, runMs, detections: inputs.map((bytes) => this.#see(bytes)) });
            });
        },
        end: async () => {
          isGone = true;
        },
      };
    };
  }

  #see(bytes: Uint8Array) {
    const trueMs = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0);
    const camera = this.#plan.cameras[bytes[8] ?? 0];
    if (camera === undefined) throw new RangeError("a picture of no camera");
    const looks = this.looks.get(camera.id) ?? [];
    this.looks.set(camera.id, looks);
    looks.push(trueMs);
    const by = () => this.#draws.between(-0.003, 0.003);
    const stays = this.#plan.stays
      .filter((stay) => stay.camera === camera.id && trueMs >= stay.fromMs && trueMs < stay.untilMs)
      .filter(() => !this.#draws.is(camera.missRatio));
    const seen = this.seen.get(camera.id) ?? [];
    this.seen.set(camera.id, seen);
    seen.push({ atMs: trueMs, places: stays.map(({ place }) => place) });
    if (this.#mutant.hidesThings && trueMs % 240_000 < 60_000) return detectionsOf([]);
    const boxes = stays.map(({ box: { xMin, yMin, xMax, yMax } }) => ({
      label: "car" as const,
      score: this.#draws.between(0.6, 0.9),
      box: { xMin: xMin + by(), yMin: yMin + by(), xMax: xMax + by(), yMax: yMax + by() },
    }));
    return detectionsOf(boxes);
  }
}

const noStats: Omit<StreamStats, "cameraId" | "state" | "keyframeDistanceMs"> = {
  stream: "main",
  detail: "",
  bytes: 0,
  packets: 0,
  lostPackets: 0,
  pictures: 0,
  keyframes: 0,
  damagedPictures: 0,
  reconnects: 0,
  codec: "h264",
  ringBytes: 0,
  ringNeedBytes: 0,
  ringReachMs: 0,
  isRingShort: false,
  cameraClockSteps: 0,
};
