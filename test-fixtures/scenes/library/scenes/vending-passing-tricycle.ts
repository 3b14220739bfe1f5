/** Loaded tricycles and hawkers pass along the pavement; none stays. */
import type { LibraryScene } from "../library-scene.ts";
import { farPavement, minute, morning, plainScene, roadM, type Thing, vending } from "../parts.ts";

const passes = [0.2, 2.5, 4.4, 6.1].flatMap((startsAt, index): Thing[] => {
  const fromMs = Math.round(startsAt * minute);
  const untilMs = fromMs + 40_000;
  const during = { fromMs, untilMs };
  const way = (shift: number): Thing["steps"] => [
    { atMs: fromMs, place: [40, roadM + 1.4 + shift] },
    { atMs: untilMs, place: [-20, roadM + 1.4 + shift] },
  ];
  const seed = index;
  return [
    {
      id: `cart-${index}`,
      look: { kind: "cargo-tricycle", lights: false, seed },
      ...during,
      steps: way(0),
    },
    {
      id: `rider-${index}`,
      look: { kind: "person", pose: { name: "riding", mount: "cargo-tricycle" }, seed },
      ...during,
      steps: way(0),
    },
  ];
});

export const vendingPassingTricycle: LibraryScene = {
  about: "Four tricycles ride along the pavement where stalls are not allowed.",
  scene: plainScene("vending-passing-tricycle", 8, passes),
  startsAt: morning,
  everyMs: 2_000,
  zones: [farPavement(vending)],
  offences: [],
};
