/**
 * The kinds that this agent judges, one line a kind.
 */
import type { Kind } from "./domain/kind.ts";
import { illegalParking } from "./illegal-parking/illegal-parking.ts";
import type { KindRule } from "./kind-rule.ts";
import { overflowingBin } from "./overflowing-bin/overflowing-bin.ts";
import { streetVending } from "./street-vending/street-vending.ts";
import { unlicensedSignage } from "./unlicensed-signage/unlicensed-signage.ts";

const kindRules: readonly KindRule[] = [
  illegalParking,
  overflowingBin,
  streetVending,
  unlicensedSignage,
];

/** Undefined for a kind that cannot be judged yet: its rules are not looked at. */
export function kindRuleOf(kind: Kind): KindRule | undefined {
  return kindRules.find((rule) => rule.kind === kind);
}
