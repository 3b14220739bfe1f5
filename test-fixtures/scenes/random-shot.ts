/**
 * A camera by chance, and what it was hung up for.
 *
 * Most look as the views of an engineer do: from a pole at the kerb at one stall, bin or sign with
 * what is around it. Some see a whole street, some stand close, as pictures of a telephone do.
 */
import type { SeededRandom } from "../camera-server/seeded-random.ts";
import type { Around, Group } from "./random-place.ts";
import { chosen, type GroupName, groupOf } from "./random-things.ts";
import type { CameraPlace } from "./raster/camera.ts";

export type ShotKind = "view" | "street" | "close";

const shares: Readonly<Record<ShotKind, number>> = { view: 6.6, street: 1.6, close: 1.8 };

export function randomShot(random: SeededRandom): ShotKind {
  return chosen(random, shares);
}

export interface Subject {
  readonly group: Group;
  readonly x: number;
  readonly y: number;
}

interface View {
  readonly camera: CameraPlace;
  readonly subject: Subject;
}

/** What a view is drawn around: how often, its width in metres and its middle above the ground. */
const subjects = {
  stall: { share: 30, wideM: 1.9, middleM: 0.9, from: 0.1, to: 0.48 },
  bins: { share: 20, wideM: 0.7, middleM: 0.6, from: 0.06, to: 0.3 },
  garbage: { share: 13, wideM: 0.8, middleM: 0.2, from: 0.06, to: 0.3 },
  boards: { share: 10, wideM: 0.7, middleM: 0.5, from: 0.05, to: 0.25 },
  wallSigns: { share: 11, wideM: 2.4, middleM: 4.6, from: 0.1, to: 0.5 },
  cafe: { share: 10, wideM: 3, middleM: 1, from: 0.15, to: 0.6 },
  goods: { share: 7, wideM: 1.4, middleM: 0.4, from: 0.08, to: 0.4 },
  twoWheelers: { share: 9, wideM: 2.6, middleM: 0.5, from: 0.12, to: 0.6 },
  vehicle: { share: 6, wideM: 4.5, middleM: 0.7, from: 0.2, to: 0.6 },
} satisfies Partial<Record<GroupName, object>>;

const subjectShares = Object.fromEntries(
  Object.entries(subjects).map(([name, { share }]) => [name, share]),
) as Record<keyof typeof subjects, number>; // The same names.

/** `aspect` is the picture's height by its width. */
export function randomView(
  random: SeededRandom,
  around: Omit<Around, "isClose" | "number">,
  aspect: number,
): View {
  const between = (from: number, to: number): number => from + (to - from) * random.fraction();
  const { street } = around;
  const name = chosen(random, subjectShares);
  const group = groupOf(random, name, { ...around, isClose: false, number: 1_000 });
  const { wideM, middleM, from, to } = subjects[name];
  const isFar = random.fraction() < 0.6;
  const aimedY = isFar ? street.roadM + street.farPavementM / 2 : -street.nearPavementM / 2;
  const y = group.snapY(aimedY) ?? aimedY;
  const place = { yM: between(-street.nearPavementM + 0.3, 0.6), heightM: between(2.8, 7.5) };
  const acrossM = y - place.yM;
  const groundM = Math.max(Math.abs(acrossM) + 0.5, 4 + random.fraction() ** 1.3 * 19);
  const alongM = Math.sqrt(groundM ** 2 - acrossM ** 2) * (random.below(2) === 0 ? 1 : -1);
  const downM = place.heightM - middleM;
  const shareOfWidth = from * (to / from) ** random.fraction();
  const distanceM = Math.hypot(groundM, downM);
  const wide = wideM / shareOfWidth;
  const fieldOfViewDeg = Math.min(85, Math.max(15, 2 * degrees(Math.atan(wide / 2 / distanceM))));
  const off = (of: number): number => (random.fraction() - 0.5) * of * fieldOfViewDeg;
  const camera = {
    xM: 0,
    ...place,
    headingDeg: degrees(Math.atan2(alongM, acrossM)) + off(0.6),
    pitchDeg: Math.max(-12, degrees(Math.atan2(downM, groundM)) + off(0.5 * aspect)),
    fieldOfViewDeg,
  };
  return { camera, subject: { group, x: alongM, y } };
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
