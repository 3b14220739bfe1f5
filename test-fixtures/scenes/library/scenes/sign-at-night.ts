/** A lit board is put out every evening and taken in at midnight: signs are counted by day. */
import type { LibraryScene } from "../library-scene.ts";
import { farPavement, hour, roadM, type Thing } from "../parts.ts";
import { boards, signMorning } from "../sign-parts.ts";
import { marketSite } from "../sites.ts";

/** From half past six in the evening to midnight. */
const evenings = [10.5, 34.5].map(
  (fromH, index): Thing => ({
    id: `board-${index}`,
    look: { kind: "pavement-board", lights: true, seed: 8 },
    place: [12.5, roadM + 1.6],
    headingDeg: 195,
    fromMs: fromH * hour,
    untilMs: (fromH + 5.5) * hour,
  }),
);

export const signAtNight: LibraryScene = {
  about: "Many sightings on two evenings, none in daylight.",
  scene: marketSite(66)("sign-at-night", 42 * 60, evenings, {
    street: { far: "flats" },
    light: { hour: 8, cloud: 0.5 },
  }),
  startsAt: signMorning,
  everyMs: 1_800_000,
  zones: [farPavement({ ...boards, of: ["pavement-board"], clearAfter: "24h" })],
  offences: [],
};
