/**
 * How many heads the mask pass covers, on real photos and footage.
 *
 * Truth is another detector, DEIMv2-femto on 2 × 2 tiles of the full picture (persons from 0.3 on),
 * and of a person the part where its head is. Heads of 24 pixels and more count; one is masked when
 * four fifths of it are. Where a person who looked saw no head (`proof-masks-no-heads.tsv`, of `val`
 * alone), it counts in `found` and not in `heads`. `--misses FOLDER` draws every miss. The last line
 * of `--json` holds the numbers.
 */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import sharp from "sharp";
import { writeInput } from "../agent/detector-input.ts";
import { MaskPass } from "../agent/evidence/mask-pass.ts";
import type { PlanarPicture } from "../agent/evidence/pixel-mask.ts";
import type { PrivacyRegion } from "../agent/evidence/privacy-regions.ts";
import { readManifest, shippedModelsFolder } from "../agent/inference/model-manifest.ts";
import { loadModel, modelOf } from "../agent/inference/model-store.ts";
import { SessionPool } from "../agent/inference/sessions.ts";
import { lookAtTile } from "../agent/look-at-tile.ts";
import { systemClock } from "../agent/runtime/clock.ts";
import { detectionBox, detectionLabel } from "../pipelines/domain/detections.ts";
import type { NormBox } from "../pipelines/domain/geometry.ts";
import { sharedFolder } from "../test-fixtures/shared.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    split: { type: "string", default: "val" },
    threshold: { type: "string", default: "0.2" },
    pictures: { type: "string", default: "1000" },
    misses: { type: "string" },
  },
});
const truthScore = 0.3;
const headPxMin = 24;
const coveredMin = 0.8;
/** Far longer than every clip. */
const frameSecondsMax = 60;
/** In pixels, from where somebody looked: detectors differ a little from machine to machine. */
const samePlacePx = 6;

const noHeads = readFileSync(join(import.meta.dirname, "proof-masks-no-heads.tsv"), "utf8")
  .split("\n")
  .slice(1)
  .map((line) => {
    const [name = "", x, y] = line.split("\t");
    return { name, x: Number(x), y: Number(y) };
  });
const shared = sharedFolder();
if (shared === undefined) throw new Error("the shared pictures are not here");
const clock = systemClock;
const truthModel = modelOf(
  await readManifest("deimv2-femto", shippedModelsFolder),
  readFileSync(join(shared, "models/deimv2-femto-416.onnx")),
);
const model = await loadModel("street-nano", {
  modelsFolder: shippedModelsFolder,
  dataFolder: join(import.meta.dirname, "../.tmp/proof-masks"),
});
const sessions = new SessionPool({ workerCount: 2, clock });
await sessions.load([truthModel, model]);
const pass = new MaskPass({
  lookAt: lookAtTile(model, (batch, signal) => sessions.runExtra(batch, signal)),
  clock,
  threshold: Number(values.threshold),
  isOwnPlateMasked: true,
});

interface Tally {
  pictures: number;
  /** What the other detector calls a person. */
  found: number;
  foundMasked: number;
  heads: number;
  masked: number;
  maskedArea: number;
}
const tallies = new Map<string, Tally>();
const passMs: number[] = [];
const tiles: Buffer[] = [];
for await (const { group, name, file } of pictures()) {
  const picture = await planar(file);
  const heads = await truthHeads(picture);
  const startedAtMs = performance.now();
  const all = (await pass.regions(picture)).regions;
  const regions = all.filter(({ what }) => what === "head");
  if (picture.width >= 1_800) passMs.push(performance.now() - startedAtMs);
  const tally = tallies.get(group) ?? {
    pictures: 0,
    found: 0,
    foundMasked: 0,
    heads: 0,
    masked: 0,
    maskedArea: 0,
  };
  tallies.set(group, tally);
  const cover = coverOf(picture, regions);
  tally.pictures += 1;
  tally.maskedArea += cover.reduce((sum, value) => sum + value, 0) / cover.length;
  for (const head of heads) {
    const isMasked = shareOf(cover, picture.width, head) >= coveredMin;
    const isHead = !isNoHead(name, head);
    tally.found += 1;
    tally.foundMasked += isMasked ? 1 : 0;
    tally.heads += isHead ? 1 : 0;
    tally.masked += isHead && isMasked ? 1 : 0;
    if (!isMasked && values.misses !== undefined)
      tiles.push(await missTile(file, head, regions, name));
  }
}
await sessions.stop();
if (values.misses !== undefined) await writeSheet(values.misses);

const groups = [...tallies].map(([group, tally]) => ({
  group,
  pictures: tally.pictures,
  found: tally.found,
  foundMasked: tally.foundMasked,
  heads: tally.heads,
  masked: tally.masked,
  maskedArea: Math.round((1_000 * tally.maskedArea) / tally.pictures) / 1_000,
}));
const heads = groups.reduce((sum, group) => sum + group.heads, 0);
const masked = groups.reduce((sum, group) => sum + group.masked, 0);
const found = groups.reduce((sum, group) => sum + group.found, 0);
const foundMasked = groups.reduce((sum, group) => sum + group.foundMasked, 0);
const share = masked / Math.max(1, heads);
for (const group of groups) process.stdout.write(`${JSON.stringify(group)}\n`);
const medianMs = passMs.toSorted((a, b) => a - b)[Math.floor(passMs.length / 2)] ?? null;
process.stdout.write(
  values.json
    ? `${JSON.stringify({ split: values.split, threshold: Number(values.threshold), found, foundMasked, heads, masked, share, stillMs: medianMs })}\n`
    : `${masked} of ${heads} heads are masked (${(100 * share).toFixed(1)} %)\n`,
);
process.exitCode = share >= 0.95 ? 0 : 1;

async function* pictures() {
  for (const set of ["stalls", "signs", "bins"]) {
    const folder = join(shared ?? "", "data", set, values.split, "images");
    const names = readdirSync(folder).toSorted().slice(0, Number(values.pictures));
    for (const name of names) yield { group: set, name, file: readFileSync(join(folder, name)) };
  }
  const photos = join(shared ?? "", "footage/photos");
  for (const [index, name] of readdirSync(photos).toSorted().entries()) {
    if (isOwn(index)) yield { group: "photos", name, file: readFileSync(join(photos, name)) };
  }
  const footage = join(shared ?? "", "footage");
  const clips = readdirSync(footage).filter((name) => name.endsWith(".mp4"));
  for (const [index, name] of clips.toSorted().entries()) {
    if (!isOwn(index)) continue;
    for (let second = 0.5; second < frameSecondsMax; second += 1) {
      const file = await frameOf(join(footage, name), second);
      if (file.length === 0) break;
      yield { group: "footage", name: `${name} ${second} s`, file };
    }
  }
}

function isNoHead(name: string, { xMin, xMax, yMin, yMax }: NormBox): boolean {
  const [x, y] = [(xMin + xMax) / 2, (yMin + yMax) / 2];
  return noHeads.some((one) => one.name === name && Math.hypot(one.x - x, one.y - y) < samePlacePx);
}

/** Photos and clips have no split of their own: every second one. */
function isOwn(index: number): boolean {
  return (index % 2 === 0) === (values.split === "val");
}

async function frameOf(path: string, second: number): Promise<Buffer> {
  const args = ["-v", "error", "-ss", String(second), "-i", path, "-frames:v", "1"];
  const output = ["-f", "image2pipe", "-c:v", "png", "-"];
  const options = { encoding: "buffer", maxBuffer: 64 * 1024 * 1024 } as const;
  return (await promisify(execFile)("ffmpeg", [...args, ...output], options)).stdout;
}

async function planar(file: Buffer): Promise<PlanarPicture> {
  const { data, info } = await sharp(file)
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const area = info.width * info.height;
  const planes = new Uint8Array(3 * area);
  for (let pixel = 0; pixel < area; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      planes[channel * area + pixel] = data[pixel * 3 + channel] ?? 0;
    }
  }
  return { planes, width: info.width, height: info.height };
}

async function truthHeads(picture: PlanarPicture): Promise<readonly NormBox[]> {
  const halves = [0, 0.5];
  const found = halves.flatMap((yMin) =>
    halves.map(async (xMin) => {
      const crop = { xMin, yMin, xMax: xMin + 0.5, yMax: yMin + 0.5 };
      const bytes = 3 * truthModel.inputWidth * truthModel.inputHeight;
      const input = new Uint8Array(new SharedArrayBuffer(bytes));
      const placement = await writeInput(picture, crop, truthModel, input);
      const thresholds = { person: truthScore };
      const { detections } = await sessions.run({
        modelTag: truthModel.modelTag,
        inputs: [input],
        placements: [{ ...placement, thresholds }],
      });
      const [own] = detections;
      if (own === undefined) return [];
      return (
        Array.from({ length: own.count }, (_, index) => index)
          .filter((index) => detectionLabel(own, index) === "person")
          .map((index) => detectionBox(own, index))
          // Cut off by its tile: what is at its top is no head.
          .filter((box) => yMin === 0 || box.yMin > yMin + 0.004)
      );
    }),
  );
  return (await Promise.all(found))
    .flat()
    .map((box) => headOf(box, picture))
    .filter((head) => head.yMax - head.yMin >= headPxMin);
}

/** In pixels: a standing person is seven heads tall, one that is cut off two and more wide. */
function headOf(box: NormBox, { width, height }: PlanarPicture): NormBox {
  const personWidth = (box.xMax - box.xMin) * width;
  const personHeight = (box.yMax - box.yMin) * height;
  const side = Math.max(0.15 * personHeight, Math.min(0.45 * personWidth, 0.4 * personHeight));
  const middle = ((box.xMin + box.xMax) / 2) * width;
  const half = Math.min(personWidth, 0.9 * side) / 2;
  const top = box.yMin * height;
  return { xMin: middle - half, xMax: middle + half, yMin: top, yMax: top + side };
}

function coverOf({ width, height }: PlanarPicture, regions: readonly PrivacyRegion[]): Uint8Array {
  const cover = new Uint8Array(width * height);
  for (const { xMin, yMin, xMax, yMax } of regions) {
    for (let y = yMin; y < yMax; y++) cover.fill(1, y * width + xMin, y * width + xMax);
  }
  return cover;
}

function shareOf(cover: Uint8Array, width: number, head: NormBox): number {
  let [all, inside] = [0, 0];
  for (let y = Math.ceil(head.yMin); y < Math.floor(head.yMax); y++) {
    for (let x = Math.ceil(head.xMin); x < Math.floor(head.xMax); x++) {
      all += 1;
      inside += cover[y * width + x] ?? 0;
    }
  }
  return inside / Math.max(1, all);
}

async function missTile(
  file: Buffer,
  head: NormBox,
  regions: readonly PrivacyRegion[],
  name: string,
): Promise<Buffer> {
  const image = sharp(file).removeAlpha();
  const { width, height } = await image.metadata();
  const rects = regions.map(
    ({ xMin, yMin, xMax, yMax }) =>
      `<rect x="${xMin}" y="${yMin}" width="${xMax - xMin}" height="${yMax - yMin}" fill="none" stroke="lime" stroke-width="2"/>`,
  );
  const box = `<rect x="${head.xMin}" y="${head.yMin}" width="${head.xMax - head.xMin}" height="${head.yMax - head.yMin}" fill="none" stroke="red" stroke-width="2"/>`;
  const svg = `<svg width="${width}" height="${height}">${rects.join("")}${box}</svg>`;
  const drawn = await image
    .composite([{ input: Buffer.from(svg) }])
    .png()
    .toBuffer();
  const side = Math.min(width, height, Math.round(6 * (head.yMax - head.yMin)));
  const from = (middle: number, end: number) =>
    Math.round(Math.min(Math.max(0, middle - side / 2), end - side));
  const left = from((head.xMin + head.xMax) / 2, width);
  const top = from((head.yMin + head.yMax) / 2, height);
  const label = Buffer.from(
    `<svg width="240" height="240"><text x="4" y="234" font-size="13" fill="yellow">${name}</text></svg>`,
  );
  return await sharp(drawn)
    .extract({ left, top, width: side, height: side })
    .resize(240, 240)
    .composite([{ input: label }])
    .png()
    .toBuffer();
}

async function writeSheet(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const [columns, side] = [6, 240];
  const shown = tiles;
  await sharp({
    create: {
      width: columns * side,
      height: Math.max(1, Math.ceil(shown.length / columns)) * side,
      channels: 3,
      background: "black",
    },
  })
    .composite(
      shown.map((input, index) => ({
        input,
        left: (index % columns) * side,
        top: Math.floor(index / columns) * side,
      })),
    )
    .png()
    .toFile(join(folder, "misses.png"));
}
