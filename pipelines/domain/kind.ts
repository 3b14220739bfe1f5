/** The words of the field: kinds, stages, severities. Spelt alike in code, files and messages. */
export const kinds = [
  "street-vending",
  "illegal-parking",
  "overflowing-bin",
  "unlicensed-signage",
] as const;
export type Kind = (typeof kinds)[number];

/** `clue` is ours alone; from `warned` on each change is a revision and exactly one event. */
export const stages = ["clue", "warned", "reported", "cleared", "withdrawn"] as const;
export type Stage = (typeof stages)[number];

/** From lowest to highest. */
export const severities = ["blue", "yellow", "red"] as const;
export type Severity = (typeof severities)[number];

export const subKinds = [
  "motor-vehicle",
  "non-motor-vehicle",
  "shared-bike-pile-up",
  "stall",
  "shop-overflow",
  "bin-overflow",
  "exposed-garbage",
  "rubbish-heap",
  "outdoor-ad",
  "shop-sign",
  "pavement-board",
  "banner",
] as const;
export type SubKind = (typeof subKinds)[number];

/** What makes it a violation, where a kind knows more than one answer. */
export const reasonCodes = [
  "out-of-place",
  "out-of-hours",
  "above-rim",
  "beside-bin",
  "not-registered",
  "lapsed",
  "replaced",
] as const;
export type ReasonCode = (typeof reasonCodes)[number];
