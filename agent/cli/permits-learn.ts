/**
 * `kerbside permits learn | review`: what the cameras of this box know of signs, for a person.
 *
 * `learn` proposes rows for the permit list; each is unconfirmed, and covers nothing until somebody
 * has looked at it. `review` lists what was seen too seldom to be told of. Both read the data
 * folder beside the running agent.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { printPermits } from "../../config/permits/print-permits.ts";
import { isDate } from "../../config/time-window.ts";
import { type CameraState, parseCameraState } from "../../pipelines/camera-state.ts";
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import { cameraId } from "../../pipelines/domain/ids.ts";
import { rfc3339 } from "../../pipelines/domain/instant.ts";
import { kindRuleOf } from "../../pipelines/kind-rules.ts";
import type { PassedOver } from "../../pipelines/stages/review.ts";
import { type LearntSign, learnSigns } from "../../pipelines/unlicensed-signage/baseline.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { systemClock } from "../runtime/clock.ts";
import { StoreReader } from "../store/store-reader.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { writeWhole } from "./permits.ts";
import { textTable } from "./text-table.ts";

const dataUsage = "  --data DIR      the agent's data folder (default: KERBSIDE_DATA, or ./data)";

export const permitsLearnCommands: readonly Command[] = [
  {
    name: "permits learn",
    summary: "propose a permit list from the signs that a camera has seen for days",
    usage: `Usage: kerbside permits learn --camera ID [options]

  --camera ID     the camera; a rule for unlicensed-signage must have run there for some days
${dataUsage}
  --out FILE      write the list to FILE instead of standard output
  --sightings N   only signs seen by day at least N times (default: 3)
  --from DATE     first day of the rows (default: today)

Every row says "confirmed: false" and covers nothing. Go through them: put in the permit's number
and last day, or set confirmed: true for what may stay, and strike out the rest.
Exit code 1 when the camera knows no such sign.`,
    example: "kerbside permits learn --camera east --out proposed.yaml",
    run: learn,
  },
  {
    name: "permits review",
    summary: "signs that were seen too seldom to be told of",
    usage: `Usage: kerbside permits review [options]

${dataUsage}
  --camera ID     only this camera
  --json          print one JSON object instead of the table

STATE: watched (below the rule's sightings and days), gone (came to nothing). TIMES: how often it
came. BOX: left, top, right, bottom in per cent of the picture.`,
    example: "kerbside permits review --camera east",
    run: review,
  },
];

async function learn(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      camera: { type: "string" },
      data: { type: "string" },
      out: { type: "string" },
      sightings: { type: "string", default: "3" },
      from: { type: "string" },
    },
  });
  if (values.camera === undefined) throw usage("--camera names the camera");
  const { from = today() } = values;
  if (!isDate(from)) throw usage(`--from ${from}: expected a date such as 2026-03-01`);
  const sightingsMin = Number(values.sightings);
  if (!Number.isSafeInteger(sightingsMin) || sightingsMin < 1) {
    throw usage(`--sightings ${values.sightings}: expected a whole number from 1 up`);
  }
  const states = readStates(dataFolderOf(values.data, io));
  const state = states.find((candidate) => candidate.cameraId === values.camera);
  if (state === undefined) {
    const names = states.map((known) => known.cameraId).join(", ") || "none";
    throw usage(`--camera ${values.camera}: the data folder knows ${names}`);
  }
  const signs = learnSigns(state, { from, sightingsMin });
  if (signs.length === 0) {
    io.stderr(`no sign was seen ${sightingsMin} times by day at the camera ${values.camera}\n`);
    return exitCodes.no;
  }
  const printed = signs.map((sign) => ({ permit: sign.permit, comment: aboutSign(sign) }));
  const text = printPermits(
    undefined,
    printed,
    `Proposed from what the camera ${values.camera} has seen.
Nothing here is confirmed: put in numbers and last days, set confirmed: true, strike out the rest.`,
  );
  if (values.out === undefined) {
    io.stdout(text);
    return exitCodes.done;
  }
  const out = resolve(io.cwd, values.out);
  await writeWhole(out, text);
  io.stderr(`${signs.length} signs are proposed in ${out}; none is confirmed\n`);
  return exitCodes.done;
}

function aboutSign({ zoneId, sightings, days, score, isTold, ...seen }: LearntSign): string {
  const times = `seen ${sightings} times on ${days} days, first ${day(seen.firstSeenAtMs)}, last ${day(seen.lastSeenAtMs)}`;
  const told = isTold ? "; told of as suspected" : "";
  return `zone ${zoneId}: ${times}, score ${score.toFixed(2)}${told}`;
}

async function review(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      camera: { type: "string" },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const states = readStates(dataFolderOf(values.data, io)).filter(
    (state) => values.camera === undefined || state.cameraId === values.camera,
  );
  const rows = states.flatMap(candidatesOf);
  const droppedCount = states.reduce((sum, { review: list }) => sum + (list?.droppedCount ?? 0), 0);
  const passed = (why: PassedOver): number =>
    states.reduce((sum, { review: list }) => sum + (list?.passedOver?.[why] ?? 0), 0);
  const passedOver = { onVehicle: passed("on-vehicle"), notSettled: passed("not-settled") };
  if (values.json) {
    const more = { dropped: droppedCount, passedOver };
    io.stdout(`${JSON.stringify({ candidates: rows, ...more })}\n`);
    return exitCodes.done;
  }
  const titles = ["CAMERA", "ZONE", "STATE", "FIRST", "LAST", "SIGHTINGS", "DAYS", "TIMES", "BOX"];
  const cells = rows.map((row) => [
    row.camera,
    row.zone,
    row.state,
    day(row.firstSeenAtMs),
    day(row.lastSeenAtMs),
    String(row.sightings),
    String(row.days),
    String(row.times),
    boxText(row.box),
  ]);
  io.stdout(rows.length === 0 ? "no candidates\n" : textTable(titles, cells));
  if (droppedCount > 0) io.stderr(`${droppedCount} older ones are not on the list any more\n`);
  const { onVehicle, notSettled } = passedOver;
  if (onVehicle + notSettled > 0) {
    io.stderr(
      `no candidates: ${onVehicle} seen on vehicles, ${notSettled} never seen twice by day in one place\n`,
    );
  }
  return exitCodes.done;
}

/** Those that are still there first, then those that went, the newest first. */
function candidatesOf({ cameraId: camera, cases, presences, review: list }: CameraState) {
  const watched = cases.flatMap((open) => {
    const presence = presences.find(({ id }) => id === open.presenceId);
    const seen = kindRuleOf(open.kind)?.reviewOf?.(open);
    if (presence === undefined || seen === undefined || open.revision > 0) return [];
    const { firstSeenAtMs, lastSeenAtMs, place, score } = presence;
    const about = { camera, zone: open.zoneId, kind: open.kind, state: "watched" as const };
    return [{ ...about, firstSeenAtMs, lastSeenAtMs, ...seen, times: 1, score, box: place }];
  });
  const gone = (list?.entries ?? []).toReversed().map(({ zoneId, place, kind, ...entry }) => {
    const about = { camera, zone: zoneId, kind, state: "gone" as const };
    return { ...about, ...entry, box: place };
  });
  return [...watched, ...gone];
}

function readStates(folder: string): readonly CameraState[] {
  const reader = new StoreReader(folder);
  try {
    return reader
      .cameraStates()
      .map(
        ({ cameraId: camera, stateJson }) => parseCameraState(stateJson, cameraId(camera)).state,
      );
  } finally {
    reader.close();
  }
}

function boxText({ xMin, yMin, xMax, yMax }: NormBox): string {
  return [xMin, yMin, xMax, yMax].map((value) => Math.round(value * 100)).join(" ");
}

/** By this machine's clock and zone: a box runs in its site's. */
function today(): string {
  return day(systemClock.wallMs());
}

function day(atMs: number): string {
  return rfc3339(atMs, Intl.DateTimeFormat().resolvedOptions().timeZone).slice(0, 10);
}

function usage(message: string): AgentError {
  return new AgentError("USAGE", message, "Add --help to see what the command takes.");
}
