/**
 * The hash that says which configuration an event was made under.
 *
 * It covers what is effective (defaults in place, tables included) and nothing that differs
 * between two boxes with the same settings in other folders: no absolute names, and no secrets,
 * so that a changed password is not a changed configuration.
 */
import { createHash } from "node:crypto";
import type { RegionMap } from "../calibration/regions/region-map.ts";
import type { PermitRegister } from "../pipelines/domain/permit.ts";
import type { HolidayCalendar, MatterCode } from "../pipelines/domain/rule.ts";
import type { CameraConfig, HubConfig } from "./agent-config.ts";
import type { ConfigDocument } from "./schema.ts";

export interface HashedContent {
  readonly document: ConfigDocument;
  readonly calendar: HolidayCalendar;
  readonly matters: Readonly<Record<string, MatterCode>>;
  readonly permits: PermitRegister | undefined;
  readonly regions: RegionMap | undefined;
  readonly cameras: readonly CameraConfig[];
  readonly hub: HubConfig | undefined;
}

/** 64 hex digits. */
export function configurationHash(content: HashedContent): string {
  const { calendar, matters, permits, regions, cameras, hub } = content;
  // Where the box's page is served changes no event.
  const { console: _page, ...document } = content.document;
  const shown = {
    ...document,
    calendar,
    matters,
    permits: permits?.hash,
    regions: regions?.version,
    hub: document.hub && { ...document.hub, url: hub && hubDisplay(hub), user: "", password: "" },
    cameras: document.cameras.map((camera, index) => ({
      ...camera,
      url: hashedAddress(camera.url, cameras[index]?.main),
      calibration: cameras[index]?.calibration?.hash,
      substream: camera.substream && hashedAddress(camera.substream, cameras[index]?.substream),
    })),
  };
  return createHash("sha256").update(canonicalJson(shown)).digest("hex");
}

/** Keys in order of their code units, absent and undefined alike. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  const ordered = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(ordered.map(([key, entry]) => [key, sorted(entry)]));
}

function hashedAddress(written: string, address: CameraConfig["main"] | undefined): string {
  // A local file's absolute name is a matter of the box.
  return address === undefined || address.protocol === "file" ? written : address.display;
}

function hubDisplay({ protocol, host, port, path }: HubConfig): string {
  return `${protocol}://${host}:${port}${path}`;
}
