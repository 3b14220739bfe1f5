/**
 * `kerbside calibrate FILE`: point pairs, or how a camera hangs, to its calibration: a report, the
 * written file, a picture to look at, and a check against points that were held back.
 */
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { calibrateFromPoints } from "../../calibration/calibrate.ts";
import { type Calibration, readCalibration, withHash } from "../../calibration/calibration.ts";
import { calibrateFromMount } from "../../calibration/mount.ts";
import { referencePicture } from "../../calibration/reference-picture.ts";
import type { Finding } from "../../config/finding.ts";
import { readPointPairs, type WrittenPairs } from "../../config/point-pairs/read-point-pairs.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { readBounded } from "../runtime/bounded-file.ts";
import { systemClock } from "../runtime/clock.ts";
import { writeDurably } from "../runtime/durable-file.ts";
import { acceptPosition } from "./calibrate-accept.ts";
import { drawOverlay } from "./calibrate-overlay.ts";
import { checkHeldOut, reportOf } from "./calibrate-report.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { checkShape, openStill, type Still, smallGreyOf } from "./still.ts";
import { wrongUseOf } from "./wrong-use.ts";

const wrongUse = wrongUseOf("calibrate");
const fileBytesMax = 1_024 * 1_024;
const stillBytesMax = 64 * 1_024 * 1_024;

export const calibrateCommand: Command = {
  name: "calibrate",
  summary: "make a camera's calibration from point pairs, and say how good it is",
  usage: `Usage: kerbside calibrate FILE [options]

  FILE            point pairs or a mount (YAML; docs/calibration.md), or a written calibration
  --out FILE      write the calibration; name it in the configuration: calibration: FILE
  --robust        leave out pairs that contradict the others
  --check FILE    point pairs that were held back: how far off each is, and whether in its ellipse
  --still FILE    a still of the camera (JPEG, PNG): kept with --out as what it shows in its place,
                  so that a camera that was turned is found from the first picture on
  --overlay FILE  write the still (JPEG) with a metre grid on the ground, pairs and ellipses
  --json          the last line is one JSON object

  --accept CAMERA a camera of FILE moved a little and stays so: its zones, masks and
                  calibration as the new --still shows it; --write writes them, comments stay
  --data DIR      where the agent keeps what it knows (default KERBSIDE_DATA, then ./data)

Exit code 1: the pairs determine no camera, or more held-out points lie outside their ellipse than
chance explains, or the camera moved too far for its zones to follow.`,
  example:
    "kerbside calibrate east-points.yaml --out east.json --still east.jpg --overlay look.jpg",
  run: calibrate,
};

async function calibrate(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: "string" },
      robust: { type: "boolean", default: false },
      check: { type: "string" },
      still: { type: "string" },
      overlay: { type: "string" },
      accept: { type: "string" },
      write: { type: "boolean", default: false },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw wrongUse("calibrate takes one FILE");
  const bytes =
    values.still === undefined ? undefined : await bytesOf(values.still, stillBytesMax, io);
  if (values.accept !== undefined) {
    if (bytes === undefined) throw wrongUse("--accept needs --still FILE: how it looks now");
    const { accept: camera, write: isWritten, json: isJson } = values;
    const dataFolder = dataFolderOf(values.data, io);
    return await acceptPosition({ file, camera, still: bytes, dataFolder, isWritten, isJson }, io);
  }
  if (values.overlay !== undefined && bytes === undefined)
    throw wrongUse("--overlay needs --still");
  const still = bytes && (await openStill(bytes));
  const made = await calibrationOf(file, values.robust, io);
  if (!made.ok) {
    if (values.json) io.stdout(`${JSON.stringify(made)}\n`);
    else io.stderr(`${file}: ${made.reason}\n  ${made.advice}\n`);
    return exitCodes.no;
  }
  const { warnings } = made;
  const calibration =
    still === undefined ? made.calibration : await withStill(made.calibration, still);
  const heldOut = values.check === undefined ? undefined : await writtenIn(values.check, io);
  const check = heldOut && checkHeldOut(calibration, heldOut.pairs);
  if (!values.json) io.stdout(reportOf(calibration, warnings, check));
  if (values.out !== undefined) {
    const path = resolve(io.cwd, values.out);
    await writeDurably(path, `${JSON.stringify(calibration, undefined, 2)}\n`);
    io.stderr(`written: ${path}; name it in the configuration: calibration\n`);
  }
  if (still !== undefined && values.overlay !== undefined) {
    const path = resolve(io.cwd, values.overlay);
    await writeDurably(path, await drawOverlay(calibration, still));
    io.stderr(`look at ${path}: the grid must lie on the ground\n`);
  }
  const ok = check?.isExplained ?? true;
  if (values.json) io.stdout(`${JSON.stringify({ ok, calibration, warnings, check })}\n`);
  return ok ? exitCodes.done : exitCodes.no;
}

/** What the camera shows in its place. */
async function withStill({ hash: _, ...rest }: Calibration, still: Still): Promise<Calibration> {
  checkShape(still, rest.picture);
  return withHash({ ...rest, reference: referencePicture(await smallGreyOf(still)) });
}

type Made =
  | { readonly ok: true; readonly calibration: Calibration; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly reason: string; readonly advice: string };

async function calibrationOf(file: string, isRobust: boolean, io: CommandIo): Promise<Made> {
  const bytes = await bytesOf(file, fileBytesMax, io);
  const json = jsonOf(bytes);
  if (typeof json === "object" && json !== null && "schema" in json) {
    const read = readCalibration(json);
    if (!read.ok) throw wrongUse(`${file} ${read.reason}`);
    return { ok: true, calibration: read.calibration, warnings: [] };
  }
  const { camera, picture, lens, mapErrorMetres, pairs, mount } = pairsIn(file, bytes, io);
  const madeAt = new Date(systemClock.wallMs()).toISOString();
  const shared = { camera, picture, mapErrorMetres, madeAt };
  if (mount === undefined) return calibrateFromPoints({ ...shared, pairs, lens, isRobust });
  if (lens.freeCount > 0)
    throw wrongUse(`${file}: a lens is estimated from points, not from a mount`);
  const made = calibrateFromMount({ ...shared, mount, lens: lens.k });
  return made.ok ? { ...made, warnings: [] } : made;
}

async function writtenIn(file: string, io: CommandIo): Promise<WrittenPairs> {
  return pairsIn(file, await bytesOf(file, fileBytesMax, io), io);
}

function pairsIn(file: string, bytes: Uint8Array, io: CommandIo): WrittenPairs {
  const folder = dirname(resolve(io.cwd, file));
  const { written, errors } = readPointPairs({ name: file, folder, bytes });
  if (written !== undefined) return written;
  io.stderr(`${errors.map(lineOf).join("\n")}\n`);
  throw new AgentError(
    "CONFIG_INVALID",
    `${file} has ${errors.length} ${errors.length === 1 ? "error" : "errors"}`,
    "Correct the lines above; docs/calibration.md shows a file.",
  );
}

function lineOf({ file, line, column, path, message }: Finding): string {
  return `${file}:${line}:${column} ${path} ${message}`;
}

async function bytesOf(file: string, bytesMax: number, io: CommandIo): Promise<Buffer> {
  try {
    return await readBounded(resolve(io.cwd, file), bytesMax);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw wrongUse(`cannot read ${file}: ${why}`);
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
