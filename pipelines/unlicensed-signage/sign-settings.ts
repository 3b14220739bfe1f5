/** What a rule for signs takes when the file says nothing. */
import type { RuleSettings, SignSettings } from "../domain/rule.ts";

export const usualSigns: SignSettings = { sightings: 3, days: 2, daylight: "sun" };

export function signSettings({ signs }: Pick<RuleSettings, "signs">): SignSettings {
  return signs ?? usualSigns;
}
