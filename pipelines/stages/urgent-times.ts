/**
 * Which of a zone's tags count at an instant, and whether it is a peak hour.
 */
import type { CameraRules } from "../domain/rule.ts";
import { allowedNow } from "../schedule/windows.ts";

export function urgencyAt(
  { urgentTimes, timeZone, calendar }: CameraRules,
  tags: readonly string[],
  atMs: number,
): { readonly tags: readonly string[]; readonly isPeakHour: boolean } {
  if (urgentTimes === undefined) return { tags, isPeakHour: false };
  const { tagHours, peakHours } = urgentTimes;
  return {
    tags: tags.filter((tag) => {
      const hours = tagHours[tag];
      return hours === undefined || allowedNow(hours, atMs, timeZone, calendar).allowed;
    }),
    isPeakHour: allowedNow(peakHours, atMs, timeZone, calendar).allowed,
  };
}
