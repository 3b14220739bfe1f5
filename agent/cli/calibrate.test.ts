/** `kerbside calibrate`: report, written file, held-out points, overlay, and what it refuses. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import type { PointPair } from "../../calibration/calibrate.ts";
import { readCalibration } from "../../calibration/calibration.ts";
import { wgs84ToGcj02 } from "../../calibration/gcj02.ts";
import { streetCamera, streetPairs } from "../../test-fixtures/geotag/a-street.ts";
import { calibrateCommand } from "./calibrate.ts";
import { testIo } from "./testing.ts";

const folder = mkdtempSync(join(tmpdir(), "kerbside-calibrate-"));
afterAll(() => rmSync(folder, { recursive: true }));

const pairs = streetPairs();
const pointsOf = (some: readonly PointPair[]) =>
  some.map(({ picture, location }) => ({ at: picture, location }));
function write(name: string, content: Readonly<Record<string, unknown>>): string {
  const document = { camera: "east", picture: [1920, 1080], datum: "wgs84", ...content };
  writeFileSync(join(folder, name), JSON.stringify(document));
  return name;
}
async function run(...args: readonly string[]) {
  const io = testIo({ cwd: folder });
  const code = await calibrateCommand.run(args, io);
  return { code, out: io.out(), err: io.err() };
}
function written(name: string) {
  const read = readCalibration(JSON.parse(readFileSync(join(folder, name), "utf8")));
  if (!read.ok) throw new Error(read.reason);
  return read.calibration;
}

test("it writes a calibration, tells what is left over, and draws the grid", async () => {
  const file = write("pairs.yaml", { points: pointsOf(pairs) });
  const still = sharp({ create: { width: 480, height: 270, channels: 3, background: "#456" } });
  writeFileSync(join(folder, "still.png"), await still.png().toBuffer());
  const options = ["--out", "east.json", "--still", "still.png", "--overlay", "look.jpg"];
  const { code, out } = await run(file, ...options);
  expect(code).toBe(0);
  expect(out).toContain("camera east, from 8 of 8 point pairs");
  expect(written("east.json").points).toHaveLength(8);
  const { width, height } = await sharp(join(folder, "look.jpg")).metadata();
  expect([width, height]).toEqual([480, 270]);
  const stats = await sharp(join(folder, "look.jpg")).stats();
  expect(stats.channels[0]?.stdev).toBeGreaterThan(5);
});

test("held-out points are told, and a wrong one is not explained", async () => {
  write("six.yaml", { points: pointsOf(pairs.slice(0, 6)) });
  const right = write("right.yaml", { points: pointsOf(pairs.slice(6)) });
  const shifted = pairs.map((pair) => ({
    ...pair,
    picture: [pair.picture[0] + 250, pair.picture[1]] as const,
  }));
  const wrong = write("wrong.yaml", { points: pointsOf(shifted) });
  expect(await run("six.yaml", "--check", right)).toMatchObject({ code: 0 });
  const { code, out } = await run("six.yaml", "--check", wrong);
  expect(code).toBe(1);
  expect(out).toContain("do NOT agree");
});

test("points of a commercial map are the same place where the file says so", async () => {
  const twins = pairs.map((pair) => ({ ...pair, location: wgs84ToGcj02(pair.location) }));
  write("wgs84.yaml", { points: pointsOf(pairs) });
  write("gcj02.yaml", { datum: "gcj02", points: pointsOf(twins) });
  await run("wgs84.yaml", "--out", "a.json");
  await run("gcj02.yaml", "--out", "b.json");
  const [a, b] = [written("a.json"), written("b.json")];
  expect(Math.abs(a.origin[0] - b.origin[0])).toBeLessThan(1e-9);
  expect(Math.abs(a.origin[1] - b.origin[1])).toBeLessThan(1e-9);
});

test("how a camera hangs is written as a calibration too", async () => {
  const { foot, heightMetres, pitchDegrees, headingDegrees, fieldOfViewDegrees } = streetCamera;
  const hung = { heightMetres, pitchDegrees, headingDegrees, fieldOfViewDegrees };
  const { code } = await run(
    write("mount.yaml", { mount: { location: foot, ...hung } }),
    "--out",
    "m.json",
  );
  expect(code).toBe(0);
  expect(written("m.json").source).toBe("mount");
});

test("a degenerate set is refused with advice and nothing is written", async () => {
  const { code, err } = await run(
    write("three.yaml", { points: pointsOf(pairs.slice(0, 3)) }),
    "--out",
    "no.json",
  );
  expect(code).toBe(1);
  expect(err).toContain("3 point pairs do not determine a camera");
  expect(err).toContain("Take six to ten pairs");
  expect(() => written("no.json")).toThrow("ENOENT");
});

test("a file that is wrong is told with its places; the datum is never guessed", async () => {
  writeFileSync(
    join(folder, "bad.yaml"),
    "picture: [1920, 1080]\npoints: [{ at: [1, 2], location: [116, 95] }]\n",
  );
  const io = testIo({ cwd: folder });
  await expect(calibrateCommand.run(["bad.yaml"], io)).rejects.toThrow("bad.yaml has 2 errors");
  expect(io.err()).toContain("datum");
  expect(io.err()).toContain("longitude first");
});
