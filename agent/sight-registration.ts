/**
 * What a camera's reference belongs to: the stream that is watched, its zones as drawn, and the
 * picture that its calibration brought. Other zones or another picture begin anew.
 */
import { createHash } from "node:crypto";
import type { CameraConfig } from "../config/agent-config.ts";
import type { StreamName } from "./capture/encoded-picture.ts";

export interface Registration {
  readonly stream: StreamName;
  readonly key: string;
}

export function registrationOf({
  rules,
  calibration,
}: Pick<CameraConfig, "rules" | "calibration">): Registration {
  const stream = rules.views.some((view) => view.stream === "main") ? "main" : "sub";
  const zones = rules.zones.map(({ id, polygon }) => [id, polygon]);
  const { reference } = calibration ?? {};
  const parts = reference === undefined ? [stream, zones] : [stream, zones, reference.grey];
  const key = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
  return { stream, key };
}

/** Small pictures have one shape for all cameras, so what they show depends on the whole one's. */
export function keyOfShape({ key }: Pick<Registration, "key">, aspect: number): string {
  return `${key}/${aspect.toFixed(2)}`;
}
