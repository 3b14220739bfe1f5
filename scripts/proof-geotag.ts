/**
 * Shows that geotags know their error: cameras of known geometry are calibrated from noisy point
 * pairs, things are tagged from noisy boxes, and the true place must lie in the 95 % ellipse in 93
 * to 97 of 100 draws that the product trusts, in every band of pitch. The last line of `--json`
 * holds the numbers.
 */
import { parseArgs } from "node:util";
import { type Draw, drawGeotags } from "../test-fixtures/geotag/geotag-draws.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    draws: { type: "string", default: "10000" },
    seed: { type: "string", default: "14" },
  },
});
const [insideMin, insideMax, trustedMin, ratioMax] = [0.93, 0.97, 0.8, 1.2];
const bands = [10, 20, 30, 40, 50].map((low) => [low, low + 10] as const);

const options = { draws: Number(values.draws), seed: Number(values.seed), misstatedMax: 1 };
const { draws, cameras, refusals } = drawGeotags(options);
const some = { ...options, draws: options.draws / 4 };
const misstated = drawGeotags({ ...some, misstatedMax: 1.5 }).draws;
const simplified = drawGeotags({ ...some, isLensSimplified: true }).draws;
const all = summaryOf(draws);
const result = {
  draws: draws.length,
  cameras,
  refusals,
  ...all,
  medianErrorRatio: ratioOf(draws, "errorMetres", "bestErrorMetres"),
  medianFitErrorRatio: ratioOf(draws, "fitErrorMetres", "bestFitErrorMetres"),
  medianErrorRatioToCamera: ratioOf(draws, "errorMetres", "bestCameraErrorMetres"),
  medianFitErrorRatioToCamera: ratioOf(draws, "fitErrorMetres", "bestCameraFitErrorMetres"),
  bands: bands.map(([low, high]) => ({
    pitch: `${low}-${high}`,
    ...summaryOf(draws.filter(({ pitchDegrees: p }) => p >= low && p < high)),
  })),
  misstatedBy1_5: summaryOf(misstated),
  lensSimplified: summaryOf(simplified),
};
const isGood =
  [all, ...result.bands].every(({ inside }) => inside >= insideMin && inside <= insideMax) &&
  all.trustedWithin40m >= trustedMin &&
  result.medianErrorRatio <= ratioMax &&
  result.medianErrorRatioToCamera <= ratioMax;
const text = [
  `${result.draws} draws, ${cameras} cameras (${refusals} sets of pairs refused)`,
  `inside the 95 % ellipse: ${all.inside}; trusted within 40 m: ${all.trustedWithin40m}`,
  `median error ${all.medianErrorMetres} m, ${result.medianErrorRatio} of the best estimator's (${result.medianFitErrorRatio} without box and map)`,
  `  ${result.medianErrorRatioToCamera} of one who knows that a camera took them (${result.medianFitErrorRatioToCamera} without box and map)`,
  ...result.bands.map(({ pitch, inside, count }) => `  pitch ${pitch}°: ${inside} of ${count}`),
  `errors up to 1.5 times greater or smaller than stated: ${result.misstatedBy1_5.inside}`,
  `a lens of two numbers taken for one or for none: ${result.lensSimplified.inside}`,
];
process.stderr.write(`${text.join("\n")}\n`);
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = isGood ? 0 : 1;

function summaryOf(those: readonly Draw[]) {
  const trusted = those.filter(({ isTrusted }) => isTrusted);
  const near = those.filter(({ wayMetres }) => wayMetres <= 40);
  return {
    count: trusted.length,
    inside: share(trusted, ({ isInside }) => isInside),
    trustedWithin40m: share(near, ({ isTrusted }) => isTrusted),
    medianErrorMetres: rounded(median(trusted.map(({ errorMetres }) => errorMetres))),
    medianSemiMajorMetres: rounded(median(trusted.map(({ semiMajorMetres }) => semiMajorMetres))),
  };
}

function ratioOf(some: readonly Draw[], key: keyof Draw, best: keyof Draw): number {
  const trusted = some.filter(({ isTrusted }) => isTrusted);
  const of = (name: keyof Draw) => median(trusted.map((draw) => Number(draw[name])));
  return rounded(of(key) / of(best));
}

function share(some: readonly Draw[], is: (draw: Draw) => boolean): number {
  return some.length === 0 ? 0 : rounded(some.filter(is).length / some.length);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

/** To four digits behind the point. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
