/**
 * `kerbside calibrate FILE --accept CAMERA`: a camera that moved a little stays where it is; its zones,
 * masks and calibration follow it by what was measured between its reference and a new still.
 *
 * Shows what would change. With `--write` the configuration keeps its comments and order, and
 * nothing is written that would not load.
 */
import { stat } from "node:fs/promises";
import { dirname, isAbsolute, resolve } from "node:path";
import { acceptMove } from "../../calibration/accept-move.ts";
import type { Move } from "../../calibration/moved/measure-move.ts";
import { isNoMove, isSmallMove, measuredBetween } from "../../calibration/moved/reregister.ts";
import { greyOf, referencePicture } from "../../calibration/reference-picture.ts";
import type { CameraConfig } from "../../config/agent-config.ts";
import { editConfiguration } from "../../config/edit/edit-configuration.ts";
import {
  readWritten,
  type WrittenCamera,
  writtenCameras,
} from "../../config/edit/written-configuration.ts";
import { readFromDisk } from "../../config/file-access.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { writeDurably } from "../runtime/durable-file.ts";
import { readSight } from "../sight-file.ts";
import { keyOfShape, registrationOf } from "../sight-registration.ts";
import { sightText, toldMove } from "../sight-text.ts";
import { type CommandIo, exitCodes } from "./command.ts";
import { type MovedDrawings, movedDrawings } from "./moved-drawings.ts";
import { readConfig } from "./read-config.ts";
import { checkShape, openStill, smallGreyOf } from "./still.ts";

export interface AcceptRequest {
  /** The configuration. */
  readonly file: string;
  readonly camera: string;
  readonly still: Uint8Array;
  readonly dataFolder: string;
  readonly isWritten: boolean;
  readonly isJson: boolean;
}

export async function acceptPosition(request: AcceptRequest, io: CommandIo): Promise<number> {
  const path = resolve(io.cwd, request.file);
  const config = await readConfig(path, io);
  const camera = config.cameras.find(({ id }) => id === request.camera);
  const placed = writtenCameras(readWritten(path, readFromDisk)).get(request.camera);
  if (camera === undefined || placed === undefined) {
    throw usage(`${request.file} has no camera ${request.camera}`, "kerbside check lists them.");
  }
  const still = await openStill(request.still);
  if (camera.calibration !== undefined) checkShape(still, camera.calibration.picture);
  const grey = await smallGreyOf(still);
  const aspect = still.width / still.height;
  const reference = await referenceOf(camera, request.dataFolder, aspect);
  const move = measuredBetween(reference, grey, aspect);
  const refusal = refusalOf(move);
  if (move === undefined || refusal !== undefined) {
    const reason = refusal ?? "";
    if (request.isJson) io.stdout(`${JSON.stringify({ ok: false, reason })}\n`);
    else io.stderr(`${request.camera}: ${reason}\n`);
    return exitCodes.no;
  }
  if (isNoMove(move)) {
    const reason = "it stands where its reference shows it: nothing to accept";
    io.stdout(
      request.isJson
        ? `${JSON.stringify({ ok: true, reason })}\n`
        : `${request.camera}: ${reason}\n`,
    );
    return exitCodes.done;
  }
  const drawings = movedDrawings(placed.camera, move, aspect);
  const calibration =
    camera.calibration && acceptMove(camera.calibration, move, referencePicture(grey));
  const changes = changesOf(path, placed, { id: camera.id, drawings, calibration });
  const moved = sightText({ state: "moved", sinceMs: 0, move });
  const told = { move: toldMove(move), ...drawings, calibration: calibration?.hash ?? null };
  if (!request.isJson) io.stdout(textOf(request.camera, moved, drawings));
  if (request.isWritten) await write(path, changes, io);
  else io.stderr("nothing is written: look at the zones, then again with --write\n");
  if (request.isJson) io.stdout(`${JSON.stringify({ ok: true, ...told })}\n`);
  return exitCodes.done;
}

/** What the agent knows of where the camera hung, else what the calibration brought. */
async function referenceOf(camera: CameraConfig, dataFolder: string, aspect: number) {
  const kept = await readSight(dataFolder, camera.id);
  const isOfThese = kept?.key === keyOfShape(registrationOf(camera), aspect);
  if (isOfThese && kept.saved.references !== undefined) return kept.saved.references;
  const reference = camera.calibration?.reference;
  if (reference !== undefined) return greyOf(reference);
  throw usage(
    `nothing is known of where the camera ${camera.id} hung when its zones were drawn`,
    "Give the agent's data folder (--data), or draw the zones anew.",
  );
}

function refusalOf(move: Move | undefined): string | undefined {
  if (move === undefined) {
    return "nothing of where it hung is found in the still: draw its zones anew, and calibrate it anew";
  }
  return isSmallMove(move)
    ? undefined
    : "it moved too far for its zones to follow: draw them anew, and calibrate it anew";
}

/** Absolute name to new content. */
type Changes = ReadonlyMap<string, string>;

function changesOf(
  main: string,
  { file, camera }: WrittenCamera,
  {
    id,
    drawings,
    calibration,
  }: {
    readonly id: string;
    readonly drawings: MovedDrawings;
    readonly calibration: object | undefined;
  },
): Changes {
  const written = readWritten(main, readFromDisk);
  const edited = editConfiguration(written, { cameras: { [id]: drawings } });
  if (!edited.ok) {
    throw usage(edited.reason, "Write the polygons by hand: without --write they are shown.");
  }
  const changes = new Map(edited.files);
  const name = camera["calibration"];
  if (calibration !== undefined && typeof name === "string") {
    const path = isAbsolute(name) ? name : resolve(dirname(file.path), name);
    changes.set(path, `${JSON.stringify(calibration, undefined, 2)}\n`);
  }
  return changes;
}

/** The calibration first: the agent reads it with the configuration that names it. */
async function write(main: string, changes: Changes, io: CommandIo): Promise<void> {
  await readConfig(main, io, (path, use) => {
    const changed = changes.get(path);
    return changed === undefined ? readFromDisk(path, use) : Buffer.from(changed);
  });
  for (const [path, text] of [...changes].toReversed()) {
    const { mode } = await stat(path);
    await writeDurably(path, text, { mode: mode & 0o777 });
    io.stderr(`written: ${path}\n`);
  }
  io.stderr("kerbside reads it at its next start, or with SIGHUP (systemctl reload kerbside)\n");
}

function textOf(camera: string, moved: string, { zones = [], masks = [] }: MovedDrawings): string {
  const lines = [
    `${camera}: ${moved.split(":")[0] ?? moved}`,
    ...zones.map(
      (zone) => `  zone ${JSON.stringify(zone["id"])}: ${JSON.stringify(zone["polygon"])}`,
    ),
    ...masks.map((mask) => `  mask: ${JSON.stringify(mask)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function usage(what: string, remedy: string): AgentError {
  return new AgentError("USAGE", what, remedy);
}
