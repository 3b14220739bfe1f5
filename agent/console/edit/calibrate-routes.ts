/**
 * Calibration by clicking: point pairs in, residuals and the ground grid out, as `kerbside calibrate`
 * makes them; kept beside the agent's data and named in the configuration when somebody says so.
 */
import { join } from "node:path";
import { z } from "zod";
import { calibrateFromPoints } from "../../../calibration/calibrate.ts";
import { type Calibration, readCalibration } from "../../../calibration/calibration.ts";
import { groundUnits } from "../../../calibration/frame.ts";
import { geotag } from "../../../calibration/geotag.ts";
import { project } from "../../../calibration/projection.ts";
import { readPointPairs } from "../../../config/point-pairs/read-point-pairs.ts";
import { makeFolderDurably, writeDurably } from "../../runtime/durable-file.ts";
import type { ConsolePorts } from "../console-ports.ts";
import { ConsoleRefusal, type Route, route } from "../routes.ts";
import type { ConfigurationEditor } from "./configuration-editor.ts";
import { metreScale } from "./metre-scale.ts";
import { savedAnswer } from "./zone-routes.ts";

const pixel = z.tuple([z.number(), z.number()]);
const pairsBody = z.strictObject({
  camera: z.string().max(41),
  picture: pixel,
  datum: z.enum(["wgs84", "cgcs2000", "gcj02"]),
  lens: z.enum(["none", "estimate", "estimate-two"]),
  isRobust: z.boolean(),
  groundErrorMetres: z.number(),
  points: z
    .array(z.strictObject({ at: pixel, location: pixel, note: z.string().max(200).optional() }))
    .max(100),
});
const saveBody = pairsBody.extend({ version: z.string().max(64) });

type Pairs = z.infer<typeof pairsBody>;

export function calibrateRoutes(
  ports: ConsolePorts,
  editor: ConfigurationEditor,
): readonly Route[] {
  const { clock, dataFolder } = ports;
  const make = (pairs: Pairs) => calibrated(pairs, new Date(clock.wallMs()).toISOString());
  return [
    route({
      method: "GET",
      path: "/api/calibrate/:camera",
      role: "editor",
      handle: ({ params }) => {
        const found = ports.config().cameras.find(({ id }) => id === params["camera"]);
        if (found === undefined) throw new ConsoleRefusal(404, "this box has no such camera");
        const { calibration } = found;
        return {
          json: {
            version: editor.read().version,
            current: calibration ? shown(calibration, []) : null,
          },
        };
      },
    }),
    route({
      method: "POST",
      path: "/api/calibrate",
      role: "editor",
      body: pairsBody,
      handle: ({ body }) => {
        const made = make(body);
        if (!made.ok) return { json: made };
        return { json: { ok: true, ...shown(made.calibration, made.warnings) } };
      },
    }),
    route({
      method: "POST",
      path: "/api/calibrate/save",
      role: "editor",
      body: saveBody,
      handle: async ({ body: { version, ...pairs } }, { user }) => {
        const { camera } = pairs;
        if (!ports.config().cameras.some(({ id }) => id === camera)) {
          throw new ConsoleRefusal(404, "this box has no such camera");
        }
        const made = make(pairs);
        if (!made.ok) throw new ConsoleRefusal(422, `${made.reason}: ${made.advice}`);
        const folder = join(dataFolder, "calibrations");
        await makeFolderDurably(folder);
        // A name of its own: one that the old configuration names is never overwritten.
        const file = join(folder, `${camera}-${made.calibration.hash.slice(0, 12)}.json`);
        await writeDurably(file, `${JSON.stringify(made.calibration, undefined, 2)}\n`);
        const edit = { cameras: { [camera]: { calibration: file } } };
        return savedAnswer(await editor.save(edit, { version, user }));
      },
    }),
  ];
}

type Made =
  | { readonly ok: true; readonly calibration: Calibration; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly reason: string; readonly advice: string };

/** The same reading and the same arithmetic as of a file of point pairs. */
function calibrated({ isRobust, ...document }: Pairs, madeAt: string): Made {
  const bytes = Buffer.from(JSON.stringify(document));
  const { written, errors } = readPointPairs({ name: "points", folder: "/", bytes });
  if (written === undefined) {
    const [first] = errors;
    return { ok: false, reason: first?.message ?? "", advice: first?.path ?? "" };
  }
  const made = calibrateFromPoints({ ...written, madeAt, isRobust });
  if (!made.ok) return made;
  // What is drawn is what the agent would read.
  const read = readCalibration(JSON.parse(JSON.stringify(made.calibration)));
  if (!read.ok) return { ok: false, reason: read.reason, advice: "" };
  return { ok: true, calibration: read.calibration, warnings: made.warnings };
}

function shown(calibration: Calibration, warnings: readonly string[]) {
  const { picture, points, hash, origin } = calibration;
  return {
    hash,
    picture,
    origin,
    warnings,
    scale: metreScale(calibration),
    points: points.map((point) => {
      const { at: back, depth } = project(
        calibration.parameters,
        groundUnits(calibration, point.location),
      );
      const tag = geotag(calibration, { at: point.picture, xErrorPx: 2, yErrorPx: 2 });
      return {
        ...point,
        /** Where the calibration would see the place, in half diagonals from the middle. */
        isSeen: depth > 0 && Number.isFinite(back.x),
        errorMetres: tag.isTrusted ? tag.ellipse.semiMajorMetres : null,
      };
    }),
  };
}
