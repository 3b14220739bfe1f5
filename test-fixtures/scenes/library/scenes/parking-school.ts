/** Before a school, in the rain, when parents come. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, minute, second, type Thing, visitor } from "../parts.ts";
import { kerbSite, kerbZone } from "../sites.ts";

/** Along the far pavement and the near one, under umbrellas. */
const parents = [0, 25, 50, 95, 130, 170, 200, 240].map((startsAtS, index): Thing => {
  const fromMs = startsAtS * second;
  const untilMs = fromMs + 26 * second;
  const y = index % 2 === 0 ? 11.4 : -1.6;
  const [from, to] = index % 3 === 0 ? [2, 34] : [34, 2];
  return {
    id: `parent-${index}`,
    look: { kind: "person", pose: { name: "with-umbrella", phase: 0 }, seed: 50 + index },
    fromMs,
    untilMs,
    steps: [
      { atMs: fromMs, place: [from, y] },
      { atMs: untilMs, place: [to, y] },
    ],
  };
});

export const parkingSchool: LibraryScene = {
  about: "Warned after thirty seconds and reported after two minutes; umbrellas pass all the time.",
  scene: kerbSite(31)(
    "parking-school",
    6,
    [visitor("car", car(12), 11.5, 45 * second, 4 * minute + 30 * second), ...parents],
    {
      light: { hour: 16.4, cloud: 0.9 },
      weather: { rain: 0.55 },
      street: { near: "wall", crossings: [20] },
    },
  ),
  startsAt: "2026-06-10T16:25:00+08:00",
  everyMs: 3_000,
  zones: [
    kerbZone(
      "school-gate",
      [7, 17],
      [{ kind: "illegal-parking", warnAfter: "30s", reportAfter: "2m", clearAfter: "30s" }],
      ["school"],
    ),
  ],
  offences: [
    offence("motor-vehicle", "school-gate", "car", {
      fromMs: 45 * second,
      untilMs: 4 * minute + 30 * second,
    }),
  ],
};
