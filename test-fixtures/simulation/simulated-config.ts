/** The configuration of a planned world, through the same door as a person's. */
import type { PreparedModel } from "../../agent/inference/model-store.ts";
import type { AgentConfig } from "../../config/agent-config.ts";
import { loadConfig } from "../../config/load.ts";
import { noDetections } from "../../pipelines/domain/detections.ts";
import { model } from "../fake-loop.ts";
import type { Mutant } from "./mutants.ts";
import { clearAfterMs, type WorldPlan } from "./plan.ts";
import { simulatedDevice } from "./simulated-broker.ts";

export const simulatedModels: ReadonlyMap<string, PreparedModel> = new Map([
  ["sim", { ...model, decode: () => noDetections }],
]);

export function configOf(plan: WorldPlan, mutant: Mutant): AgentConfig {
  const text = JSON.stringify({
    version: 1,
    device: {
      id: simulatedDevice.device,
      division: simulatedDevice.division,
      location: [116.647, 23.67],
      timezone: "Asia/Shanghai",
    },
    hub: {
      url: "mqtt://hub.invalid",
      acknowledge: plan.waitsForHub,
      drainPerSecond: plan.drainPerSecond,
    },
    inference: { workers: 1, threads: 1, batchMax: 1 },
    cameras: plan.cameras.map((camera) => ({
      id: camera.id,
      url: `rtsp://192.0.2.1/${camera.id}`,
      views: [{ id: "all", every: `${camera.everyMs}ms`, model: "sim" }],
      zones: [
        {
          id: "kerb",
          polygon: [
            [0, 0.3],
            [1, 0.3],
            [1, 0.7],
            [0, 0.7],
          ],
          rules: [
            {
              kind: "illegal-parking",
              warnAfter: `${plan.warnAfterMs}ms`,
              reportAfter: `${plan.reportAfterMs}ms`,
              clearAfter: `${clearAfterMs}ms`,
              allowed: camera.isAllowed && !mutant.forbidsAll ? [{ daily: "00:00-24:00" }] : [],
            },
          ],
        },
      ],
    })),
  });
  const result = loadConfig("world.yaml", {
    cwd: "/nowhere",
    env: {},
    nowMs: plan.startMs,
    models: ["sim"],
    readFile: () => Buffer.from(text),
  });
  if (result.ok) {
    // Smaller than a file may ask for, so that hours reach it.
    const limits = { ...result.config.limits, outboxRows: plan.outboxRowsMax };
    return { ...result.config, limits };
  }
  throw new Error(result.errors.map(({ path, message }) => `${path}: ${message}`).join("; "));
}
