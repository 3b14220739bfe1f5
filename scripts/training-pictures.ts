/**
 * Writes rendered streets as training pictures in YOLO's layout: `images/*.jpg`, `labels/*.txt`
 * with class, middle and size of each box, 0..1. Classes are places in the list of labels.
 *
 * `ignored/*.txt` has what a person would not swear to: small, mostly covered, cut off, or lost in
 * fog and darkness. A training asks nothing there. What is less than that is in neither file.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { seededRandom } from "../test-fixtures/camera-server/seeded-random.ts";
import { randomScene } from "../test-fixtures/scenes/random-scene.ts";
import { renderOnce } from "../test-fixtures/scenes/render.ts";
import { writtenLabels } from "./written-labels.ts";

const usage = `Usage: npm run scenes:training -- --out DIR --count N [--seed S] [--from K]

  --out DIR    images/, labels/ and ignored/ are made there
  --count N    how many pictures
  --seed S     another seed, other streets (default 1)
  --from K     number of the first picture (default 0): for going on, or for several processes
`;

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
  const [images, labels, ignored] = [
    join(out, "images"),
    join(out, "labels"),
    join(out, "ignored"),
  ];
  for (const folder of [images, labels, ignored]) await mkdir(folder, { recursive: true });
  const startedAtMs = performance.now();
  for (let index = from; index < from + count; index += 1) {
    const picture = renderOnce(randomScene(seed, index), 0);
    const { width, height, rgb } = picture;
    const name = `scene-${seed}-${String(index).padStart(5, "0")}`;
    const random = seededRandom("jpeg", seed, index);
    await sharp(rgb, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 45 + random.below(50) })
      .toFile(join(images, `${name}.jpg`));
    const written = writtenLabels(picture);
    await writeFile(join(labels, `${name}.txt`), written.labels);
    await writeFile(join(ignored, `${name}.txt`), written.ignored);
    const done = index - from + 1;
    if (done % 50 === 0 || done === count) {
      const perSecond = (done / (performance.now() - startedAtMs)) * 1_000;
      process.stderr.write(`${done} of ${count} pictures, ${perSecond.toFixed(1)} a second\n`);
    }
  }
}
