/** A shop puts its goods out on the pavement. */
import type { LibraryScene, SceneRule } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { minute, morning, roadM, type Thing } from "../parts.ts";
import { marketSite, marketZone } from "../sites.ts";

const overflow: SceneRule = {
  kind: "street-vending",
  of: ["shop-overflow"],
  warnAfter: "5m",
  reportAfter: "10m",
  clearAfter: "2m",
};
const during = { fromMs: 2 * minute, untilMs: 14 * minute };

const crate = (id: string, seed: number, xM: number, zM = 0): Thing => ({
  id,
  look: { kind: "crate", seed },
  place: [xM, roadM + 3.2],
  zM,
  headingDeg: 180,
  scale: 1.5,
  ...during,
});

const goods = [crate("crate", 4, 9.6), crate("upper", 5, 9.6, 0.48), crate("beside", 6, 10.5)];

export const vendingShopOverflow: LibraryScene = {
  about: "Crates before a shop's door, with nobody beside them, are the shop's overflow.",
  scene: marketSite(34)("vending-shop-overflow", 18, goods, {
    light: { hour: 13.5, cloud: 0.2, noonDeg: 210 },
  }),
  startsAt: morning,
  everyMs: 20_000,
  zones: [marketZone("shop-front", [7, 14], [overflow], ["shop-front"])],
  offences: [offence("shop-overflow", "shop-front", "crate", { ...during })],
};
