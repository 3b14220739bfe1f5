/** A camera's calibration: the file that `kerbside calibrate` wrote, read and checked. */
import { isAbsolute, resolve } from "node:path";
import { type Calibration, readCalibration } from "../calibration/calibration.ts";
import { type CheckContext, soundScalar } from "./checks/check-context.ts";
import { tryRead } from "./file-access.ts";
import type { Path } from "./source-node.ts";

/** Undefined when none is named or it is wrong; the latter is reported. */
export function resolveCalibration(
  context: CheckContext,
  path: Path,
  cameraId: string,
): Calibration | undefined {
  const { report, readFile } = context;
  const node = soundScalar(context, path);
  if (node === undefined || typeof node.value !== "string") return undefined;
  const name = node.value;
  const file = tryRead(readFile, isAbsolute(name) ? name : resolve(node.place.folder, name));
  if (!file.ok) {
    report.error(path, `the file ${name} ${file.reason}`);
    return undefined;
  }
  const read = calibrationIn(file.bytes);
  if (!read.ok) {
    report.error(path, `the file ${name} ${read.reason}`);
    return undefined;
  }
  const { camera } = read.calibration;
  if (camera !== undefined && camera !== cameraId) {
    report.warn(path, `the file ${name} is the calibration of the camera "${camera}"`);
  }
  return read.calibration;
}

/** The bytes of a written calibration, or what is wrong with them after the file's name. */
function calibrationIn(bytes: Uint8Array): ReturnType<typeof readCalibration> {
  try {
    return readCalibration(JSON.parse(new TextDecoder("utf8", { fatal: true }).decode(bytes)));
  } catch {
    return { ok: false, reason: "is not JSON: kerbside calibrate writes one from point pairs" };
  }
}
