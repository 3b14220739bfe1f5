/**
 * What is still missing before a box does its work, as a list that an installer goes through from
 * the top: device, hub, and for each camera address, picture, zones, calibration.
 */
import type { AgentConfig } from "../../../config/agent-config.ts";
import type { HealthMessage } from "../../health/health-report.ts";

export type StepState = "done" | "missing" | "waiting" | "optional";

export interface Step {
  readonly step: "device" | "clock" | "hub" | "camera" | "picture" | "zones" | "calibration";
  readonly camera: string | null;
  readonly state: StepState;
  /** Values for a person: an id, a failure in the product's own words. */
  readonly detail: string;
}

export function readinessOf(
  config: AgentConfig,
  health: HealthMessage | undefined,
): readonly Step[] {
  const { device, hub } = config;
  const shown = (
    step: Step["step"],
    state: StepState,
    detail: string,
    camera: string | null = null,
  ) => ({ step, state, detail, camera }) as const;
  const { isSynced } = health?.clock ?? { isSynced: null };
  return [
    shown(
      "device",
      device.position === undefined ? "missing" : "done",
      `${device.id} (${device.division})`,
    ),
    shown("clock", isSynced === true ? "done" : "waiting", ""),
    hub === undefined
      ? shown("hub", "missing", "")
      : shown(
          "hub",
          health?.uplink.state === "online" ? "done" : "waiting",
          health?.uplink.detail ?? "",
        ),
    ...config.cameras.flatMap((camera) => {
      const stream = health?.cameras.find(
        (one) => one.camera === camera.id && one.stream === "main",
      );
      const isLive = stream?.state === "live" && stream.lastPictureAgeMs !== null;
      const rules = camera.rules.zones.flatMap((zone) => zone.rules);
      return [
        shown("camera", "done", camera.main.display, camera.id),
        shown("picture", isLive ? "done" : "waiting", stream?.failure ?? "", camera.id),
        shown(
          "zones",
          rules.length > 0 ? "done" : "missing",
          String(camera.rules.zones.length),
          camera.id,
        ),
        shown("calibration", camera.calibration === undefined ? "optional" : "done", "", camera.id),
      ];
    }),
  ];
}
