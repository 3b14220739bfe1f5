/**
 * `kerbside explain --camera ID --at TIME`: why nothing was told there, or not yet.
 *
 * Runs the rules of a configuration again over the box's own detection log, up to that time.
 */
import type { NormPoint } from "../../pipelines/domain/geometry.ts";
import { cameraId } from "../../pipelines/domain/ids.ts";
import { LogSource } from "../replay/log-source.ts";
import type { Language } from "../replay/say.ts";
import { shownTime } from "../replay/shown-time.ts";
import { silence } from "../replay/silence.ts";
import { silenceText } from "../replay/silence-text.ts";
import { readAgentFile } from "../runtime/agent-file.ts";
import { type CommandIo, exitCodes } from "./command.ts";
import { readConfig } from "./read-config.ts";
import { instantOf } from "./replay-values.ts";
import { wrongUseOf } from "./wrong-use.ts";

const wrongUse = wrongUseOf("explain");

export interface SilenceValues {
  readonly folder: string;
  readonly camera: string | undefined;
  readonly zone: string | undefined;
  readonly point: string | undefined;
  readonly at: string | undefined;
  readonly config: string | undefined;
  readonly language: Language;
  readonly json: boolean;
}

/** What stands longer counts from here on: enough for every dwell, and for a day's signs. */
const beforeMs = 86_400_000;

export async function explainSilence(values: SilenceValues, io: CommandIo): Promise<number> {
  const { folder, camera, zone, language } = values;
  if (camera === undefined || values.at === undefined) {
    throw wrongUse("without a VIOLATION it takes --camera ID and --at TIME");
  }
  const file = values.config ?? (await readAgentFile(folder))?.configurationFile;
  if (file === undefined) throw wrongUse("no agent has run on this folder: give --config FILE");
  const config = await readConfig(file, { ...io, stderr: () => undefined });
  const zones = config.cameras.find(({ id }) => id === camera)?.rules.zones ?? [];
  if (zone !== undefined && !zones.some(({ id }) => id === zone)) {
    const known = zones.map(({ id }) => id).join(", ") || "none";
    throw wrongUse(`--zone ${zone}: the camera ${camera} has ${known}`);
  }
  const { timeZone } = config.device;
  const atMs = instantOf("--at", values.at, timeZone);
  const point = values.point === undefined ? undefined : pointOf(values.point);
  const source = new LogSource({
    folder,
    cameraId: camera,
    sinceMs: () => atMs - beforeMs,
    untilMs: () => atMs + 1,
  });
  try {
    const { recording } = await source.open(config);
    const answer = await silence({
      config,
      recording,
      cameraId: cameraId(camera),
      ...(zone === undefined ? {} : { zoneId: zone }),
      ...(point === undefined ? {} : { point }),
    });
    const where = [camera, ...(zone === undefined ? [] : [zone])].join("/");
    const text = silenceText(answer, where, (ms) => shownTime(ms, timeZone), language);
    io.stdout(values.json ? `${JSON.stringify({ ...answer, text })}\n` : `${text.join("\n")}\n`);
  } finally {
    await source.close();
  }
  return exitCodes.done;
}

function pointOf(text: string): NormPoint {
  const [x, y, ...more] = text.split(",").map(Number);
  const isShare = (value: number | undefined): value is number =>
    value !== undefined && value >= 0 && value <= 1;
  if (isShare(x) && isShare(y) && more.length === 0) return { x, y };
  throw wrongUse(`--point takes X,Y, both 0 to 1 of the picture, got ${JSON.stringify(text)}`);
}
