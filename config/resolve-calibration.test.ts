/** A camera's calibration: found beside the configuration, checked, and part of its hash. */
import { expect, test } from "vitest";
import { calibrateFromPoints } from "../calibration/calibrate.ts";
import { streetCamera, streetPairs } from "../test-fixtures/geotag/a-street.ts";
import { findingLines, loadWritten, rightFile } from "./testing/written.ts";

function written(camera: string): string {
  const made = calibrateFromPoints({
    picture: streetCamera.picture,
    pairs: streetPairs(),
    lens: { k: [0, 0], freeCount: 0 },
    isRobust: false,
    mapErrorMetres: 0,
    camera,
  });
  if (!made.ok) throw new Error(made.reason);
  return JSON.stringify(made.calibration);
}
const named = rightFile.replace("views:", "calibration: cam/east.json\n    views:");
const load = (content: string) => loadWritten(named, { "/c/cam/east.json": content });

test("it is read, and the configuration's hash follows it", () => {
  const [calibrated, plain] = [load(written("east")), loadWritten(rightFile)];
  if (!calibrated.ok || !plain.ok) throw new Error("not loaded");
  expect(calibrated.warnings).toEqual([]);
  expect(calibrated.config.cameras[0]?.calibration?.source).toBe("points");
  expect(plain.config.cameras[0]?.calibration).toBeUndefined();
  expect(calibrated.config.configurationHash).not.toBe(plain.config.configurationHash);
});

const where = "8:18 cameras[0].calibration | the file cam/east.json";
const rows = [
  {
    name: "not there",
    result: loadWritten(named),
    want: `${where} does not exist`,
  },
  {
    name: "the point pairs themselves",
    result: load("points: []"),
    want: `${where} is not JSON: kerbside calibrate writes one from point pairs`,
  },
  {
    name: "another file",
    result: load('{"schema":"other"}'),
    want: `${where} is no calibration (schema: Invalid input: expected "kerbside-calibration/1"): kerbside calibrate writes one`,
  },
  {
    name: "changed by hand",
    result: load(written("east").replace('"mapErrorMetres":0', '"mapErrorMetres":1')),
    want: `${where} was changed after kerbside calibrate wrote it (its hash differs): write it anew`,
  },
  {
    name: "of another camera",
    result: load(written("west")),
    want: `W ${where} is the calibration of the camera "west"`,
  },
];
for (const { name, result, want } of rows) {
  test(`a calibration that is ${name}`, () => {
    expect(findingLines(result)).toEqual([want]);
  });
}
