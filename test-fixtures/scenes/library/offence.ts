/** What is against a rule of a scene: what sort of thing, where, which one, from when to when. */
import type { Kind, SubKind } from "../../../pipelines/domain/kind.ts";
import type { Offence } from "./library-scene.ts";

const kindOf: Readonly<Record<SubKind, Kind>> = {
  "motor-vehicle": "illegal-parking",
  "non-motor-vehicle": "illegal-parking",
  "shared-bike-pile-up": "illegal-parking",
  stall: "street-vending",
  "shop-overflow": "street-vending",
  "bin-overflow": "overflowing-bin",
  "exposed-garbage": "overflowing-bin",
  "rubbish-heap": "overflowing-bin",
  "outdoor-ad": "unlicensed-signage",
  "shop-sign": "unlicensed-signage",
  "pavement-board": "unlicensed-signage",
  banner: "unlicensed-signage",
};

/** `zone` and `thing` are ids of the scene. */
export function offence(
  subKind: SubKind,
  zone: string,
  thing: string,
  when: Omit<Offence, "kind" | "subKind" | "zone" | "thing">,
): Offence {
  return { kind: kindOf[subKind], subKind, zone, thing, ...when };
}
