/**
 * `kerbside calibrate --still` and `--accept`: what a camera shows in its place is kept, and one that
 * moved a little takes its zones, masks and calibration with it; comments and order stay.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCalibration } from "../../calibration/calibration.ts";
import { greyOf } from "../../calibration/reference-picture.ts";
import { drawsOf } from "../../pipelines/domain/draws.ts";
import { streetPairs } from "../../test-fixtures/geotag/a-street.ts";
import { calibrateCommand } from "./calibrate.ts";
import { testIo } from "./testing.ts";

const folder = mkdtempSync(join(tmpdir(), "kerbside-accept-"));
afterAll(() => rmSync(folder, { recursive: true }));

const [width, height] = [960, 540];
const file = `# The junction of the tests.
version: 1
device: { id: corner-1, division: "445102", location: [116.647, 23.67] }
cameras:
  - id: east # over the bakery
    url: rtsp://192.0.2.11/main
    calibration: east.json
    masks: [[[0, 0], [0.2, 0], [0.2, 0.2]]]
    views:
      - { id: kerb, crop: [0, 0.5, 1, 1], every: 2s, model: street-nano }
    zones:
      - id: bus-stop
        # To the second lamp post.
        polygon: [[0.1, 0.6], [0.5, 0.6], [0.5, 0.9], [0.1, 0.9]]
        rules:
          - { kind: illegal-parking, warnAfter: 1m, reportAfter: 5m }
      - id: market
        within: kerb
        polygon: [[0.6, 0.2], [0.9, 0.2], [0.9, 0.8]]
        rules:
          - { kind: street-vending, warnAfter: 1m, reportAfter: 5m }
`;

/** Boxes of a made-up street, so many pixels further to the right. */
async function still(name: string, right: number, seed = 6): Promise<void> {
  const draw = drawsOf(seed);
  const boxes = Array.from({ length: 160 }, () => {
    const [x, y] = [draw() * 1_400 - 200 + right, draw() * height];
    const shade = Math.round(40 + draw() * 190);
    return `<rect x="${x}" y="${y}" width="${20 + draw() * 140}" height="${20 + draw() * 90}" fill="rgb(${shade},${shade},${shade})"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#666"/>${boxes.join("")}</svg>`;
  writeFileSync(join(folder, name), await sharp(Buffer.from(svg)).jpeg().toBuffer());
}

async function run(...args: readonly string[]) {
  const io = testIo({ cwd: folder });
  const code = await calibrateCommand.run(args, io);
  return { code, out: io.out(), err: io.err() };
}

const text = (name: string) => readFileSync(join(folder, name), "utf8");
function calibration() {
  const read = readCalibration(JSON.parse(text("east.json")));
  if (!read.ok) throw new Error(read.reason);
  return read.calibration;
}

beforeAll(async () => {
  await Promise.all([
    still("then.jpg", 0),
    still("now.jpg", 30),
    still("far.jpg", 220),
    still("other.jpg", 0, 77),
  ]);
  const points = streetPairs().map(({ picture, location }) => ({ at: picture, location }));
  const document = { camera: "east", picture: [1920, 1080], datum: "wgs84", points };
  writeFileSync(join(folder, "pairs.yaml"), JSON.stringify(document));
  writeFileSync(join(folder, "junction.yaml"), file);
  await run("pairs.yaml", "--out", "east.json", "--still", "then.jpg");
});

test("the still is kept in the calibration, small and grey", () => {
  const { reference } = calibration();
  if (reference === undefined) throw new Error("there is no reference");
  const grey = greyOf(reference);
  expect(Math.max(...grey) - Math.min(...grey)).toBeGreaterThan(100);
});

test("without --write it shows what would change, and changes nothing", async () => {
  const { code, out, err } = await run("junction.yaml", "--accept", "east", "--still", "now.jpg");
  expect(code).toBe(0);
  expect(out).toContain("3.1 % further to the right");
  expect(out).toMatch(/zone "bus-stop": \[\[0\.13\d+,0\.6\d*\],/);
  expect(err).toContain("nothing is written");
  expect(text("junction.yaml")).toBe(file);
});

test("one that stands elsewhere, or too far away, is refused", async () => {
  const refused = async (name: string) => run("junction.yaml", "--accept", "east", "--still", name);
  expect(await refused("far.jpg")).toMatchObject({ code: 1, err: expect.stringContaining("anew") });
  expect(await refused("other.jpg")).toMatchObject({
    code: 1,
    err: expect.stringContaining("anew"),
  });
  await expect(run("junction.yaml", "--accept", "west", "--still", "now.jpg")).rejects.toThrow(
    "has no camera west",
  );
  await expect(run("junction.yaml", "--accept", "east")).rejects.toThrow("--still");
});

test("with --write zones, masks and calibration follow; comments and order stay", async () => {
  const before = calibration();
  const { code } = await run("junction.yaml", "--accept", "east", "--still", "now.jpg", "--write");
  expect(code).toBe(0);
  const now = text("junction.yaml");
  for (const comment of [
    "# The junction of the tests.",
    "# over the bakery",
    "# To the second lamp post.",
  ])
    expect(now).toContain(comment);
  // 30 of 960 pixels to the right, whether in shares of the picture or of a view that is as wide.
  expect(now).toMatch(/polygon: \[\s*\[\s*0\.13\d*, 0\.6\d*/);
  expect(now).toMatch(/polygon: \[\s*\[\s*0\.63\d*, 0\.\d+/);
  expect(now).toMatch(/masks: \[\s*\[\s*\[\s*0\.03\d*, 0/);
  const after = calibration();
  expect(after.hash).not.toBe(before.hash);
  expect((after.points[0]?.picture[0] ?? 0) - (before.points[0]?.picture[0] ?? 0)).toBeCloseTo(
    60,
    -1,
  );
  const again = await run("junction.yaml", "--accept", "east", "--still", "now.jpg", "--write");
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining("nothing to accept") });
  expect(text("junction.yaml")).toBe(now);
});
