/** Which view of a scene believes what: by the rules that look at it, never by the scene's name. */
import { expect, test } from "vitest";
import { thresholdsFor } from "./drawn-thresholds.ts";
import type { SceneRule, SceneZone } from "./library-scene.ts";

const rule = (of: SceneRule["of"], kind: SceneRule["kind"] = "illegal-parking"): SceneRule => ({
  kind,
  ...(of === undefined ? {} : { of }),
  warnAfter: "3m",
  reportAfter: "8m",
  clearAfter: "2m",
});
const zone = (...rules: readonly SceneRule[]): SceneZone => ({ id: "zone", ground: [], rules });
const pileUp = rule(["shared-bike-pile-up"]);
const bicycles = rule(["non-motor-vehicle"]);
const usual = thresholdsFor("street-nano", [zone(bicycles)]).thresholds;

test("a view that only counts bicycles believes more of them, and of nothing else", () => {
  const { thresholds } = thresholdsFor("street-nano", [zone(pileUp)]);
  expect(thresholds).toEqual({ ...usual, "two-wheeler": thresholds?.["two-wheeler"] });
  expect(thresholds?.["two-wheeler"]).toBeLessThan(usual?.["two-wheeler"] ?? 0);
});

test.each([
  {
    name: "a single one is told, too",
    zones: [zone(rule(["shared-bike-pile-up", "non-motor-vehicle"]))],
  },
  { name: "another rule of the zone tells single ones", zones: [zone(pileUp, bicycles)] },
  { name: "another zone does", zones: [zone(pileUp), zone(bicycles)] },
  { name: "cars are looked for beside them", zones: [zone(pileUp, rule(undefined))] },
])("$name: each must be one", ({ zones }) => {
  expect(thresholdsFor("street-nano", zones).thresholds).toEqual(usual);
});

test("another detector keeps its own", () => {
  expect(thresholdsFor("yolox-nano", [zone(pileUp)])).toEqual({});
});
