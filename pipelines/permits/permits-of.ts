/** The permits of a camera's list for one thing under one rule, asked of the rules themselves. */
import type { NormBox } from "../domain/geometry.ts";
import type { Kind } from "../domain/kind.ts";
import type { CameraRules } from "../domain/rule.ts";
import { type PermitAnswer, permitsFor } from "./permits-for.ts";

export function permitsOf(
  { permits, position, cameraId, timeZone }: CameraRules,
  {
    zoneId,
    kind,
    place,
  }: { readonly zoneId: string; readonly kind: Kind; readonly place: NormBox },
  atMs: number,
): PermitAnswer {
  if (permits === undefined) return nothing;
  const about = { kind, cameraId, zoneId, box: place };
  const question = { ...about, ...(position === undefined ? {} : { point: position }) };
  return permitsFor(permits, question, atMs, timeZone);
}

const nothing: PermitAnswer = { checked: [], covering: [] };
