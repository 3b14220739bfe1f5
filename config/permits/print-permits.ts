/**
 * A permit list as YAML that `readPermits` reads back: what `permits import` and `permits learn`
 * write. One row a line, so that a person can go through it with an editor.
 */
import type { Permit, PermitPlace } from "../../pipelines/domain/permit.ts";
import { printWindow } from "../time-window.ts";

export interface PrintedPermit {
  readonly permit: Permit;
  /** For the person who goes through the list; stands above its row. */
  readonly comment?: string;
}

export function printPermits(
  version: string | undefined,
  permits: readonly PrintedPermit[],
  comment: string,
): string {
  const lines = permits.flatMap(({ permit, comment: about }) => [
    ...(about === undefined ? [] : commentLines(about, "  ")),
    `  - ${rowOf(permit)}`,
  ]);
  return [
    ...commentLines(comment, ""),
    ...(version === undefined ? [] : [`version: ${JSON.stringify(version)}`]),
    permits.length === 0 ? "permits: []" : "permits:",
    ...lines,
    "",
  ].join("\n");
}

function commentLines(text: string, indent: string): string[] {
  return text.split("\n").map((line) => `${indent}# ${line}`.trimEnd());
}

/** Flow form; JSON's texts are YAML's. */
function rowOf({ number, kinds, place, from, to, hours, isConfirmed, appearance }: Permit): string {
  const values: readonly (readonly [string, unknown])[] = [
    ["number", number],
    ["kinds", kinds],
    ...placeValues(place),
    ["from", from],
    ["to", to],
    ["hours", hours.length === 0 ? undefined : hours.map((span) => printWindow(span).daily)],
    ["confirmed", isConfirmed],
    ["appearance", appearance],
  ];
  const written = values.filter(([, value]) => value !== undefined);
  return `{ ${written.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(", ")} }`;
}

function placeValues(place: PermitPlace): readonly (readonly [string, unknown])[] {
  switch (place.type) {
    case "zone":
      return [
        ["camera", place.cameraId],
        ["zone", place.zoneId],
      ];
    case "camera":
      return [["camera", place.cameraId]];
    case "area":
      return [
        ["camera", place.cameraId],
        ["polygon", place.polygon.map(({ x, y }) => [x, y])],
      ];
    case "ground":
      return [
        ["longitude", place.longitude],
        ["latitude", place.latitude],
        ["radiusMetres", place.radiusMetres],
      ];
  }
}
