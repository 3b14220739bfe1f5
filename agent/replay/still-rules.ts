/** The configuration of a still camera when nobody named one: every kind's usual rule, everywhere. */
import type { AgentConfig } from "../../config/agent-config.ts";
import { loadConfig } from "../../config/load.ts";
import { kinds } from "../../pipelines/domain/kind.ts";

const file = "/usual-rules.yaml";
/** Of Chaozhou: the sun says when signs are seen. */
const location = [116.647, 23.67];
const wholePicture = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

/** `model`: what its one view looks with; its folder must be there. */
export function usualStillConfig(model: string): AgentConfig {
  const document = {
    version: 1,
    device: { id: "stills", division: "445102", location, timezone: "Asia/Shanghai" },
    cameras: [
      {
        id: "still",
        url: "rtsp://192.0.2.11/main",
        views: [{ id: "all", model }],
        zones: [{ id: "all", polygon: wholePicture, rules: kinds.map((kind) => ({ kind })) }],
      },
    ],
  };
  const loaded = loadConfig(file, {
    env: {},
    cwd: "/",
    // Rules that name no types of days need no calendar.
    nowMs: 0,
    models: [model],
    missingCalendarYear: "warning",
    readFile: () => Buffer.from(JSON.stringify(document)),
  });
  if (loaded.ok) return loaded.config;
  throw new Error(`the usual rules: ${JSON.stringify(loaded.errors)}`);
}
