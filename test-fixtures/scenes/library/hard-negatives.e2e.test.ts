/**
 * Scenes in which nothing may be told: there are as many as with violations, and each would tell
 * without what protects it (`library.e2e.test.ts` shows that they are quiet).
 */
import { expect, test } from "vitest";
import { sceneConfig } from "../../../agent/cli/replay-scene.ts";
import { VirtualBox } from "../../../agent/replay/virtual-box.ts";
import type { SubKind } from "../../../pipelines/domain/kind.ts";
import { sceneOf } from "../description.ts";
import { library } from "./index.ts";
import type { LibraryScene, SceneRule } from "./library-scene.ts";
import { standing, type Thing } from "./parts.ts";
import { looksOf } from "./scene-looks.ts";

test("there are as many hard negatives as scenes with violations", () => {
  const judged = library.filter(({ zones }) => zones.length > 0);
  const quiet = judged.filter(({ offences }) => offences.length === 0);
  expect(quiet.length).toBeGreaterThanOrEqual(24);
  expect(quiet.length).toBeGreaterThanOrEqual(judged.length - quiet.length);
});

interface Row {
  readonly scene: string;
  readonly without: string;
  readonly changed: (entry: LibraryScene) => LibraryScene;
  readonly tells: SubKind;
}

const rows: readonly Row[] = [
  {
    scene: "parking-red-light",
    without: "the queue that moved off before",
    changed: (entry) => thingsOf(entry, ({ id }) => (id.startsWith("red-0") ? [] : undefined)),
    tells: "motor-vehicle",
  },
  {
    scene: "parking-one-after-another",
    without: "an absence of clearAfter between the two",
    changed: (entry) => ruled(entry, { clearAfter: "3m" }),
    tells: "motor-vehicle",
  },
  {
    scene: "parking-marked-bays",
    without: "the zone of the bays",
    changed: (entry) => onlyZone(entry, "near-kerb"),
    tells: "motor-vehicle",
  },
  {
    scene: "parking-tidal-bay",
    without: "its window",
    changed: (entry) => ruled(entry, { allowed: [] }),
    tells: "motor-vehicle",
  },
  {
    scene: "parking-leaves-unseen",
    without: "the gap in which the car leaves",
    changed: (entry) => ({ ...entry, outages: [] }),
    tells: "motor-vehicle",
  },
  {
    scene: "parking-delivery-bike",
    without: "a quarter of a minute of its time",
    changed: (entry) => ruled(entry, { warnAfter: "215s" }),
    tells: "non-motor-vehicle",
  },
  {
    scene: "parking-rider-waits",
    without: "the rider",
    changed: (entry) => thingsOf(entry, ({ id }) => (id === "bike-rider" ? [] : undefined)),
    tells: "non-motor-vehicle",
  },
  {
    scene: "parking-few-shared-bikes",
    without: "three bikes of what is a pile-up",
    changed: (entry) => ruled(entry, { pileUp: 7 }),
    tells: "shared-bike-pile-up",
  },
  {
    scene: "parking-over-midnight",
    without: "its window",
    changed: (entry) => ruled(entry, { allowed: [] }),
    tells: "motor-vehicle",
  },
  {
    scene: "vending-guidance-point",
    without: "the guidance point",
    changed: (entry) => onlyZone(entry, "far-pavement"),
    tells: "stall",
  },
  {
    scene: "vending-breakfast-cart",
    without: "its permit",
    changed: (entry) => ({ ...entry, permits: [] }),
    tells: "stall",
  },
  {
    scene: "vending-terrace",
    without: "the terrace's zone",
    changed: (entry) => onlyZone(entry, "far-pavement"),
    tells: "stall",
  },
  {
    scene: "vending-unloading",
    without: "porters who walk on",
    changed: (entry) => thingsOf(entry, stayingPorter),
    tells: "stall",
  },
  {
    scene: "vending-chess-table",
    without: "a table without goods",
    changed: (entry) => thingsOf(entry, goodsForOnlooker),
    tells: "stall",
  },
  {
    scene: "vending-rain-shelter",
    without: "the score that cues must reach",
    changed: (entry) => ruled(entry, { cueScoreMin: 0.5 }),
    tells: "stall",
  },
  {
    scene: "vending-left-cart",
    without: "asking for somebody who attends it",
    changed: (entry) => ruled(entry, { attended: "0s" }),
    tells: "stall",
  },
  {
    scene: "vending-tricycle-waits",
    without: "the score that cues must reach",
    changed: (entry) => ruled(entry, { cueScoreMin: 0.5 }),
    tells: "stall",
  },
  {
    scene: "bin-unseen",
    without: "the gap in the stream",
    changed: (entry) => ({ ...entry, outages: [] }),
    tells: "bin-overflow",
  },
  {
    scene: "bin-awaits-collection",
    without: "collection hours",
    changed: (entry) => ruled(entry, { allowed: [] }),
    tells: "bin-overflow",
  },
  {
    scene: "bin-behind-lorry",
    without: "the lorry",
    changed: (entry) => thingsOf(entry, ({ id }) => (id === "lorry" ? [] : undefined)),
    tells: "bin-overflow",
  },
  {
    scene: "bin-bag-put-down",
    without: "two minutes of its time",
    changed: (entry) => ruled(entry, { warnAfter: "3m" }),
    tells: "bin-overflow",
  },
  {
    scene: "sign-permitted-banner",
    without: "its permit",
    changed: (entry) => ({ ...entry, permits: [] }),
    tells: "banner",
  },
  {
    scene: "sign-last-day",
    without: "the last day of its permit",
    changed: (entry) => ({
      ...entry,
      permits: (entry.permits ?? []).map((permit) => ({ ...permit, to: "2026-07-01" })),
    }),
    tells: "pavement-board",
  },
  {
    scene: "sign-known-shops",
    without: "the baseline",
    changed: (entry) => ({ ...entry, permits: [] }),
    tells: "shop-sign",
  },
  {
    scene: "sign-at-night",
    without: "counting by day alone",
    changed: (entry) => ruled(entry, { daylight: "always" }),
    tells: "pavement-board",
  },
  {
    scene: "sign-on-a-van",
    without: "the van around it",
    changed: (entry) => thingsOf(entry, ({ id }) => (id === "van" ? [] : undefined)),
    tells: "outdoor-ad",
  },
  {
    scene: "sign-few-sightings",
    without: "the third sighting that is asked for",
    changed: (entry) => ruled(entry, { sightings: 2 }),
    tells: "pavement-board",
  },
];

for (const { scene, without, changed, tells } of rows) {
  test(`${scene} without ${without} is told of`, { timeout: 120_000 }, () => {
    const entry = library.find((each) => each.scene.name === scene);
    if (entry === undefined) throw new Error(`there is no scene ${scene}`);
    expect(entry.offences).toEqual([]);
    expect(firstTold(changed(entry))).toBe(tells);
  });
}

/** The looks up to it are enough. */
function firstTold(entry: LibraryScene): SubKind | undefined {
  const box = new VirtualBox({ config: sceneConfig(entry, "street-nano"), agentVersion: "test" });
  for (const look of looksOf(entry)) {
    if (look === "restart") {
      box.restart();
      continue;
    }
    const [first] = box.offer(look);
    if (first !== undefined) return first.change.subKind;
  }
  return undefined;
}

function ruled(entry: LibraryScene, settings: Partial<SceneRule>): LibraryScene {
  const zones = entry.zones.map((zone) => ({
    ...zone,
    rules: zone.rules.map((rule) => ({ ...rule, ...settings })),
  }));
  return { ...entry, zones };
}

function onlyZone(entry: LibraryScene, zoneId: string): LibraryScene {
  return { ...entry, zones: entry.zones.filter(({ id }) => id === zoneId) };
}

/** Each thing replaced by what `replaced` gives; undefined leaves it. */
function thingsOf(
  entry: LibraryScene,
  replaced: (thing: Thing) => readonly Thing[] | undefined,
): LibraryScene {
  const { scene } = entry;
  const things = scene.things.flatMap((thing) => replaced(thing) ?? [thing]);
  return { ...entry, scene: sceneOf({ ...scene, things }) };
}

function stayingPorter({ id }: Thing): readonly Thing[] | undefined {
  if (!id.startsWith("porter")) return undefined;
  return id === "porter-0"
    ? [{ id, look: standing(12), place: [11.6, 12.4], headingDeg: 180 }]
    : [];
}

function goodsForOnlooker(thing: Thing): readonly Thing[] | undefined {
  if (thing.id !== "onlooker-a") return undefined;
  const [x = 0, y = 0] = thing.place ?? [];
  const crate: Thing = { id: "crate", look: { kind: "crate", seed: 3 }, place: [x + 0.9, y - 0.1] };
  return [thing, crate];
}
