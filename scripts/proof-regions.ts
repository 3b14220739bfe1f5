/**
 * Finds the unit grid of many points in a made-up city of thousands of bent polygons, compares each
 * answer with an independent library's, and measures a look-up.
 *
 * Two points in five lie anywhere, the others on corners, on edges and a hair beside them. The last
 * line of `--json` holds the numbers.
 */
import { parseArgs } from "node:util";
import { compareRegions } from "../test-fixtures/city-map/compare-regions.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    points: { type: "string", default: "100000" },
    side: { type: "string", default: "71" },
    seed: { type: "string", default: "14" },
  },
});
const microsMax = 20;
const repeats = 5;

const { map, polygons, pointList, outside, differ } = compareRegions({
  side: Number(values.side),
  points: Number(values.points),
  seed: Number(values.seed),
});
const result = {
  polygons,
  points: pointList.length,
  outside,
  differ: differ.length,
  gridMicros: microsOf((x, y) => map.gridAt(x, y)),
  wholeMicros: microsOf((x, y) => map.at(x, y)),
};
const isGood =
  differ.length === 0 && result.gridMicros < microsMax && result.wholeMicros < microsMax;
if (!values.json || !isGood) {
  const text = [
    `${polygons} polygons, ${pointList.length} points (${outside} in no grid), ${differ.length} answers differ`,
    ...differ.slice(0, 10),
    `a look-up takes ${result.gridMicros} µs; with names and the way to the border ${result.wholeMicros} µs`,
  ];
  process.stderr.write(`${text.join("\n")}\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = isGood ? 0 : 1;

/** Mean over all points, of the best of some rounds: what others do on the machine is not ours. */
function microsOf(lookUp: (x: number, y: number) => unknown): number {
  let best = Infinity;
  for (let round = 0; round < repeats; round += 1) {
    const before = performance.now();
    for (const [x, y] of pointList) lookUp(x, y);
    best = Math.min(best, performance.now() - before);
  }
  return Math.round((best * 1_000_000) / pointList.length) / 1_000;
}
