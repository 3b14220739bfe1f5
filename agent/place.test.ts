/** Where an event is: by the camera's calibration where that can be trusted, else its position. */
import { expect, test } from "vitest";
import { calibrateFromPoints } from "../calibration/calibrate.ts";
import type { AgentConfig } from "../config/agent-config.ts";
import { loadWritten, rightFile } from "../config/testing/written.ts";
import { placeSchema } from "../pipelines/domain/event.ts";
import { viewId } from "../pipelines/domain/ids.ts";
import { metresOf, streetCamera, streetPairs } from "../test-fixtures/geotag/a-street.ts";
import { locationFrom, metresBetween, seenAt } from "../test-fixtures/geotag/synthetic-camera.ts";
import { type PlacedChange, placeOf } from "./place.ts";

const made = calibrateFromPoints({
  picture: streetCamera.picture,
  pairs: streetPairs(),
  lens: { k: [0, 0], freeCount: 0 },
  isRobust: false,
  mapErrorMetres: 0.3,
  camera: "east",
});
if (!made.ok) throw new Error(made.reason);
const { calibration } = made;

function configOf(text: string): AgentConfig {
  const result = loadWritten(text, { "/c/east.json": JSON.stringify(calibration) });
  if (!result.ok) throw new Error(result.errors[0]?.message);
  return result.config;
}
const { device, cameras } = configOf(
  rightFile.replace("views:", "calibration: east.json\n    views:"),
);
const [camera] = cameras;

/** A car this far right of and ahead of the camera. */
function carAt(spot: readonly [number, number]): PlacedChange {
  const [x, y] = seenAt(streetCamera, metresOf(streetCamera, spot)) ?? [0, 0];
  const [width, height] = streetCamera.picture;
  return {
    box: {
      xMin: x / width - 0.05,
      xMax: x / width + 0.05,
      yMin: y / height - 0.08,
      yMax: y / height,
    },
    kind: "illegal-parking",
    viewId: viewId("kerb"),
    clockUncertaintyMs: 40,
  };
}

test("a thing's place is its foot, with the ellipse, the twin and the calibration's hash", () => {
  const spot = [2, 15] as const;
  const place = placeOf(device, camera, carAt(spot));
  expect(placeSchema.parse(place)).toEqual(place);
  expect(place).toMatchObject({ source: "calibration", calibration: calibration.hash });
  expect(place.pointReason).toBeUndefined();
  const truth = locationFrom(streetCamera.foot, metresOf(streetCamera, spot));
  const [east, north] = metresBetween(place.point?.coordinates ?? [0, 0], truth);
  expect(Math.hypot(east, north)).toBeLessThan(0.05);
  expect(place.errorMetres).toBe(place.errorEllipse?.semiMajorMetres);
  expect(place.errorMetres).toBeLessThan(3);
  expect(Math.abs((place.gcj02?.[0] ?? 0) - truth[0])).toBeGreaterThan(0.001);
});

const at = { longitude: 116.648, latitude: 23.671 };
const near = carAt([2, 15]);
const rows = [
  {
    name: "too far away",
    change: { ...near, box: { xMin: 0.49, xMax: 0.5, yMin: -0.1, yMax: 0.001 } },
    reason: "it is too far away for this calibration",
  },
  {
    name: "cut off by the picture",
    change: { ...near, box: { ...near.box, yMax: 1 } },
    reason: "the picture's lower edge cuts it off",
  },
  {
    name: "a sign",
    change: { ...near, kind: "unlicensed-signage" as const },
    reason: "a sign does not stand on the ground",
  },
];
for (const { name, change, reason } of rows) {
  test(`the camera's own position serves, and the reason is said: ${name}`, () => {
    const place = placeOf(device, camera, change);
    expect(place).toMatchObject({
      source: "camera",
      point: { coordinates: [at.longitude, at.latitude] },
      errorMetres: 60,
      pointReason: expect.stringContaining(reason),
    });
    expect(place.errorEllipse).toBeUndefined();
  });
}

const move = { dx: 6, dy: 4, turn: 0, growth: 0 };
test("a moved camera's point has its whole way as error, and says so", () => {
  const [still, moved] = [undefined, { word: "moved" as const, move }].map((pose) =>
    placeOf(device, camera, near, pose),
  );
  expect(placeSchema.parse(moved)).toEqual(moved);
  expect(moved).toMatchObject({ cameraPose: "moved", source: "calibration" });
  expect(moved?.point).toEqual(still?.point);
  expect(moved?.errorMetres).toBeGreaterThan(2 * (still?.errorMetres ?? 0));
});

test("a camera that looks elsewhere tells no point of the ground", () => {
  const place = placeOf(device, camera, near, { word: "moved", move: undefined });
  expect(place).toMatchObject({
    source: "camera",
    cameraPose: "moved",
    pointReason: expect.stringContaining("looks elsewhere"),
  });
});

test("without a calibration the camera's position is the point, as before", () => {
  const [plain] = configOf(rightFile).cameras;
  expect(placeOf(device, plain, near)).toEqual(placeOf(device, plain));
});
