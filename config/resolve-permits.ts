/**
 * The permit list that a configuration names: read, checked against its cameras and zones, and
 * divided among them.
 *
 * A list may be the whole city's: rows about cameras of other boxes are left out. A zone that a
 * known camera does not have is an error, because its permit would hold nowhere.
 */
import { dirname, isAbsolute, resolve } from "node:path";
import type { GroundPoint, Permit, PermitRegister } from "../pipelines/domain/permit.ts";
import { mayHold } from "../pipelines/permits/permits-for.ts";
import { type CheckContext, soundScalar } from "./checks/check-context.ts";
import { tryRead } from "./file-access.ts";
import { suggestion } from "./nearest.ts";
import { readPermits } from "./permits/read-permits.ts";

export interface ResolvedPermits {
  readonly register: PermitRegister;
  /** Rows whose cameras are not of this box. */
  readonly foreignCount: number;
}

/** Undefined when none is named or it is wrong; the latter is reported. */
export function resolvePermits(context: CheckContext): ResolvedPermits | undefined {
  const { document, report } = context;
  const node = soundScalar(context, ["permits"]);
  if (document.permits === undefined || node === undefined) return undefined;
  const name = document.permits;
  const path = isAbsolute(name) ? name : resolve(node.place.folder, name);
  const file = tryRead(context.readFile, path);
  if (!file.ok) {
    report.error(["permits"], `the file ${name} ${file.reason}`);
    return undefined;
  }
  const { bytes } = file;
  const { register, places, errors } = readPermits({ name, folder: dirname(path), bytes });
  report.errors.push(...errors);
  if (register === undefined) return undefined;
  for (const [index, { number, place }] of register.permits.entries()) {
    if (place.type !== "zone") continue;
    const camera = document.cameras.find(({ id }) => id === place.cameraId);
    if (camera === undefined || camera.zones.some(({ id }) => id === place.zoneId)) continue;
    const names = camera.zones.map(({ id }) => id);
    const hint = suggestion(place.zoneId, names) || `, zones there: ${names.join(", ")}`;
    const message = `the permit ${number} names the zone "${place.zoneId}" that the camera "${camera.id}" does not have${hint}`;
    const at = places[index] ?? { file: name, line: 1, column: 1 };
    report.errors.push({ file: at.file, line: at.line, column: at.column, path: "", message });
  }
  const cameraIds = document.cameras.map(({ id }) => id);
  const foreign = register.permits.filter(
    ({ place }) => place.type !== "ground" && !cameraIds.includes(place.cameraId),
  );
  warn(context, register, foreign.length);
  return { register, foreignCount: foreign.length };
}

function warn(
  { report, document }: CheckContext,
  { permits }: PermitRegister,
  foreignCount: number,
) {
  const unconfirmed = permits.filter(({ isConfirmed }) => !isConfirmed).length;
  if (unconfirmed > 0) {
    report.warn(
      ["permits"],
      `${unconfirmed} rows are not confirmed by anybody: they cover nothing`,
    );
  }
  if (foreignCount === permits.length && permits.length > 0) {
    report.warn(["permits"], "no row is about a camera of this box");
  }
  const isPlaceless = document.device.location === undefined;
  const isGround = permits.some(({ place }) => place.type === "ground");
  if (isGround && isPlaceless && document.cameras.some(({ location }) => location === undefined)) {
    report.warn(
      ["permits"],
      "permits on the ground cover nothing at cameras without a location: give the device one",
    );
  }
}

/** The rows that can be about one camera: what its rules ask at every look. */
export function permitsOfCamera(
  { version, hash, permits }: PermitRegister,
  cameraId: string,
  position: GroundPoint | undefined,
): PermitRegister {
  const isOfCamera = (permit: Permit): boolean => mayHold(permit, cameraId, position);
  return { version, hash, permits: permits.filter(isOfCamera) };
}
