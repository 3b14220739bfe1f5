/**
 * Renders a scene of the library as a clip: `NAME.mp4` (H.264 as a camera sends it) and
 * `NAME.truth.json` (what is in it, once a keyframe).
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { renderClip, writeTruth } from "../test-fixtures/scenes/clip.ts";
import { library } from "../test-fixtures/scenes/library/index.ts";

const usage = `Usage: npm run scenes:clip -- --scene NAME --out DIR [--fps N] [--kbit N] [--until SECONDS]

  --scene NAME    one of: ${library.map(({ scene }) => scene.name).join(", ")}
  --out DIR       the clip and its truth are written there
  --fps N         pictures a second (default 10), a keyframe every second
  --kbit N        a second (default 560)
  --until S       only the first seconds
`;

const { values: options } = parseArgs({
  options: {
    scene: { type: "string" },
    out: { type: "string" },
    fps: { type: "string", default: "10" },
    kbit: { type: "string", default: "560" },
    until: { type: "string" },
  },
});
const found = library.find(({ scene }) => scene.name === options.scene);
const [fps, bitrateKbit] = [Number(options.fps), Number(options.kbit)];
if (found === undefined || options.out === undefined || !(fps > 0) || !(bitrateKbit > 0)) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  const { scene } = found;
  await mkdir(options.out, { recursive: true });
  const clip = { fps, bitrateKbit, gopSeconds: 1 };
  const untilMs = options.until === undefined ? scene.durationMs : Number(options.until) * 1_000;
  const truth = await renderClip(scene, join(options.out, `${scene.name}.mp4`), {
    ...clip,
    untilMs,
  });
  await writeTruth(join(options.out, `${scene.name}.truth.json`), truth);
  process.stdout.write(`${truth.pictures.length} pictures of ${scene.name}\n`);
}
