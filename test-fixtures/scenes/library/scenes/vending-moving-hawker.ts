/** A hawker pushes a cart along the street and stops at every door, nowhere for long. */
import type { LibraryScene } from "../library-scene.ts";
import { farPavement, morning, roadM, second, type Thing, vending } from "../parts.ts";
import { marketSite } from "../sites.ts";

const stops = [17.5, 12.5, 7.5] as const;
const standsS = 150;
const walksS = 8;

function pushed(id: string, look: Thing["look"], shift: readonly [number, number]): Thing {
  const at = (xM: number): [number, number] => [xM + shift[0], roadM + 2 + shift[1]];
  const steps = [
    { atMs: 0, place: at(30), headingDeg: 270 },
    ...stops.flatMap((xM, index) => {
      const fromS = 15 + index * (standsS + walksS);
      return [
        { atMs: fromS * second, place: at(xM), headingDeg: 180 },
        { atMs: (fromS + standsS) * second, place: at(xM), headingDeg: 270 },
      ];
    }),
    { atMs: (15 + stops.length * (standsS + walksS) + 8) * second, place: at(-6) },
  ];
  return { id, look, steps };
}

export const vendingMovingHawker: LibraryScene = {
  about: "Three stops of two and a half minutes, five metres apart; the hub is warned after three.",
  scene: marketSite(62)("vending-moving-hawker", 8.5, [
    pushed(
      "cart",
      { kind: "stall", style: "handcart", hasVendor: false, lights: false, seed: 2 },
      [0, 0],
    ),
    pushed("hawker", { kind: "person", pose: { name: "walking", phase: 0 }, seed: 11 }, [0.4, 1.2]),
  ]),
  startsAt: morning,
  everyMs: 5_000,
  zones: [farPavement(vending)],
  offences: [],
};
