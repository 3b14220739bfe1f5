/** The permitted board is taken down in the night; another hangs in its place in the morning. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { hour } from "../parts.ts";
import { boards, signMorning } from "../sign-parts.ts";
import { marketSite, wallArea, wallM, wallZone } from "../sites.ts";

const replacedAtMs = 20 * hour;
const board = { kind: "signboard", style: "shop", lights: false, widthM: 4, heightM: 0.9 } as const;
const hangs = { place: [11.2, wallM - 0.13] as [number, number], zM: 2.6, headingDeg: 180 };

export const signReplaced: LibraryScene = {
  about: "The permit is for a board that looked different: told when that was seen on two days.",
  scene: marketSite(43)(
    "sign-replaced",
    58 * 60,
    [
      { id: "permitted", look: { ...board, seed: 3 }, ...hangs, untilMs: replacedAtMs },
      { id: "other", look: { ...board, seed: 5 }, ...hangs, fromMs: replacedAtMs },
    ],
    {
      picture: { width: 480, height: 270 },
      light: { hour: 8, cloud: 0.7 },
      street: { far: "offices" },
    },
  ),
  startsAt: signMorning,
  everyMs: 7_200_000,
  permits: [
    {
      number: "2026-0388",
      kinds: ["unlicensed-signage"],
      place: wallArea([8, 14.5], [2.2, 4]),
      from: "2026-01-01",
      looksLike: { thing: "permitted", atMs: 4 * hour },
    },
  ],
  zones: [wallZone("facade", [6, 17], [2.2, 4.6], [{ ...boards, every: "2h", of: ["shop-sign"] }])],
  offences: [
    offence("shop-sign", "facade", "other", {
      fromMs: replacedAtMs,
      stages: { warnedAtMs: 48 * hour, reportedAtMs: 48 * hour, clearedAtMs: null },
    }),
  ],
};
