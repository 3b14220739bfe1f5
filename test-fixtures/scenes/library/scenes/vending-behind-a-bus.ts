/** A bus waits before the stall for two minutes: nobody sees whether it trades. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { minute, morning, second, stall, type Thing, vending } from "../parts.ts";
import { marketSite, marketZone } from "../sites.ts";

const hidden = { fromMs: 5 * minute, untilMs: 7 * minute };
const comesAtMs = hidden.fromMs - 8 * second;
const isAwayAtMs = hidden.untilMs + 8 * second;

const bus: Thing = {
  id: "bus",
  look: { kind: "bus", lights: false, seed: 4 },
  fromMs: comesAtMs,
  untilMs: isAwayAtMs,
  steps: [
    { atMs: comesAtMs, place: [80, 7.6] },
    { atMs: hidden.fromMs, place: [10, 7.6] },
    { atMs: hidden.untilMs, place: [10, 7.6] },
    { atMs: isAwayAtMs, place: [-60, 7.6] },
  ],
};

export const vendingBehindABus: LibraryScene = {
  about: "The two minutes behind the bus count for nothing, and it is the same stall after them.",
  scene: marketSite(31)(
    "vending-behind-a-bus",
    15,
    [...stall("stall", "handcart", 9.6, 1 * minute, 12 * minute + 20 * second), bus],
    { light: { hour: 14, cloud: 0.5 } },
  ),
  startsAt: morning,
  everyMs: 10_000,
  zones: [marketZone("pavement", [4.5, 15], [vending])],
  offences: [
    offence("stall", "pavement", "stall", {
      fromMs: 1 * minute,
      untilMs: 12 * minute + 20 * second,
      unseen: [hidden],
    }),
  ],
};
