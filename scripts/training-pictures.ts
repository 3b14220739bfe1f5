/**
 * Writes rendered streets as training pictures in YOLO's layout: `images/*.jpg`, `labels/*.txt`
 * with class, middle and size of each box, 0..1. Classes are places in the list of labels.
 *
 * What is smaller than eight pixels or mostly covered is left out, as people who label leave it out.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { type Label, labelIndex } from "../pipelines/domain/label.ts";
import { seededRandom } from "../test-fixtures/camera-server/seeded-random.ts";
import { randomScene } from "../test-fixtures/scenes/random-scene.ts";
import { renderOnce } from "../test-fixtures/scenes/render.ts";
import type { TruthThing } from "../test-fixtures/scenes/truth.ts";

const usage = `Usage: npm run scenes:training -- --out DIR --count N [--seed S] [--from K]

  --out DIR    images/ and labels/ are made there
  --count N    how many pictures
  --seed S     another seed, other streets (default 1)
  --from K     number of the first picture (default 0): for going on, or for several processes
`;

/** What the detector is taught. */
const taught: readonly Label[] = [
  "car",
  "bus",
  "truck",
  "two-wheeler",
  "person",
  "stall",
  "bin",
  "overflowing-bin",
  "garbage",
  "signboard",
  "umbrella",
];
const sidePxMin = 8;
const coveredShareMax = 0.7;
const insideShareMin = 0.25;

const { values: options } = parseArgs({
  options: {
    out: { type: "string" },
    count: { type: "string" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
  },
});
const [count, seed, from] = [options.count, options.seed, options.from].map(Number);
if (options.out === undefined || !(Number(count) > 0) || !(Number(seed) >= 0)) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  await writePictures(options.out, Number(count), Number(seed), Number(from));
}

async function writePictures(
  out: string,
  count: number,
  seed: number,
  from: number,
): Promise<void> {
  sharp.concurrency(1);
  const [images, labels] = [join(out, "images"), join(out, "labels")];
  await mkdir(images, { recursive: true });
  await mkdir(labels, { recursive: true });
  const startedAtMs = performance.now();
  for (let index = from; index < from + count; index += 1) {
    const { width, height, rgb, truth } = renderOnce(randomScene(seed, index), 0);
    const name = `scene-${seed}-${String(index).padStart(5, "0")}`;
    const random = seededRandom("jpeg", seed, index);
    await sharp(rgb, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 45 + random.below(50) })
      .toFile(join(images, `${name}.jpg`));
    const lines = truth.flatMap((thing) => labelLine(thing, width, height) ?? []);
    await writeFile(join(labels, `${name}.txt`), lines.map((line) => `${line}\n`).join(""));
    const done = index - from + 1;
    if (done % 50 === 0 || done === count) {
      const perSecond = (done / (performance.now() - startedAtMs)) * 1_000;
      process.stderr.write(`${done} of ${count} pictures, ${perSecond.toFixed(1)} a second\n`);
    }
  }
}

function labelLine(thing: TruthThing, width: number, height: number): string | undefined {
  const { label, visibleBox, coveredShare } = thing;
  if (visibleBox === undefined || !taught.includes(label)) return undefined;
  if (coveredShare >= coveredShareMax || thing.insideShare < insideShareMin) return undefined;
  const { xMin, yMin, xMax, yMax } = visibleBox;
  const [wide, high] = [xMax - xMin, yMax - yMin];
  if (wide * width < sidePxMin || high * height < sidePxMin) return undefined;
  const numbers = [(xMin + xMax) / 2, (yMin + yMax) / 2, wide, high];
  return [labelIndex(label), ...numbers.map((value) => value.toFixed(6))].join(" ");
}
