/**
 * Is the quiet over that a word or a permit brought? A person's word lasts as long as the thing, a
 * permit as long as it holds. Pure.
 */
import { permitsOfCase } from "./allowance.ts";
import type { CameraRules } from "./domain/rule.ts";
import type { Presence } from "./presence/presence.ts";
import type { RuleInZone } from "./rule-plan.ts";
import type { OpenCase, Quiet } from "./stages/open-case.ts";

export interface QuietFacts {
  readonly rules: CameraRules;
  readonly found: RuleInZone;
  readonly presence: Presence;
  readonly atMs: number;
}

export function isQuietOver(
  { by, untilMs }: Quiet,
  open: OpenCase,
  { rules, found, presence, atMs }: QuietFacts,
): boolean {
  if (by === "verdict") return false;
  if (untilMs !== undefined) return atMs >= untilMs;
  return permitsOfCase(rules, found, presence, open, atMs).covering.length === 0;
}
