/**
 * `kerbside calibrate FILE`: point pairs, or how a camera hangs, to its calibration: a report, the
 * written file, a picture to look at, and a check against points that were held back.
 */
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { calibrateFromPoints } from "../../calibration/calibrate.ts";
import { type Calibration, readCalibration } from "../../calibration/calibration.ts";
import { calibrateFromMount } from "../../calibration/mount.ts";
import type { Finding } from "../../config/finding.ts";
import { readPointPairs, type WrittenPairs } from "../../config/point-pairs/read-point-pairs.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { readBounded } from "../runtime/bounded-file.ts";
import { systemClock } from "../runtime/clock.ts";
import { writeDurably } from "../runtime/durable-file.ts";
import { drawOverlay } from "./calibrate-overlay.ts";
import { checkHeldOut, reportOf } from "./calibrate-report.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
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
  --still FILE    a still of the camera (JPEG, PNG), for --overlay
  --overlay FILE  write the still (JPEG) with a metre grid on the ground, pairs and ellipses
  --json          the last line is one JSON object

Exit code 1: the pairs determine no camera, or more held-out points lie outside their ellipse than
chance explains.`,
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
      json: { type: "boolean", default: false },
    },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw wrongUse("calibrate takes one FILE");
  if ((values.still === undefined) !== (values.overlay === undefined)) {
    throw wrongUse("--still and --overlay go together");
  }
  const made = await calibrationOf(file, values.robust, io);
  if (!made.ok) {
    if (values.json) io.stdout(`${JSON.stringify(made)}\n`);
    else io.stderr(`${file}: ${made.reason}\n  ${made.advice}\n`);
    return exitCodes.no;
  }
  const { calibration, warnings } = made;
  const heldOut = values.check === undefined ? undefined : await writtenIn(values.check, io);
  const check = heldOut && checkHeldOut(calibration, heldOut.pairs);
  if (!values.json) io.stdout(reportOf(calibration, warnings, check));
  if (values.out !== undefined) {
    const path = resolve(io.cwd, values.out);
    await writeDurably(path, `${JSON.stringify(calibration, undefined, 2)}\n`);
    io.stderr(`written: ${path}; name it in the configuration: calibration\n`);
  }
  if (values.still !== undefined && values.overlay !== undefined) {
    const still = await bytesOf(values.still, stillBytesMax, io);
    const path = resolve(io.cwd, values.overlay);
    await writeDurably(path, await drawOverlay(calibration, still));
    io.stderr(`look at ${path}: the grid must lie on the ground\n`);
  }
  const ok = check?.isExplained ?? true;
  if (values.json) io.stdout(`${JSON.stringify({ ok, calibration, warnings, check })}\n`);
  return ok ? exitCodes.done : exitCodes.no;
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
