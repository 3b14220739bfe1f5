/** Checks that the holiday calendar knows the years that day types need. */
import type { HolidayCalendar } from "../../pipelines/domain/rule.ts";
import { allowedWindow } from "../rule-defaults.ts";
import type { Path } from "../source-node.ts";
import { needsCalendar } from "../time-window.ts";
import type { CheckContext } from "./check-context.ts";

/** The notice for the next year comes in autumn; from then on its absence is worth a word. */
const noticeMonth = 10;

export function checkCalendar(context: CheckContext, calendar: HolidayCalendar): void {
  const path = firstDayTypePath(context);
  if (path === undefined) return;
  const { year, month } = localDate(context.nowMs, context.document.device.timezone);
  const { report } = context;
  const has = (wanted: number): boolean => calendar.years.some((data) => data.year === wanted);
  if (!has(year)) {
    const message = `the calendar ${calendar.version} has no data for ${year}, and this window names kinds of days`;
    if (context.missingCalendarYear === "error") report.error(path, message);
    else report.warn(path, `${message}: plain weekdays are used`);
  }
  if (month >= noticeMonth && !has(year + 1)) {
    report.warn(
      path,
      `the calendar ${calendar.version} has no data for ${year + 1} yet: bring a newer one before the year ends`,
    );
  }
}

function firstDayTypePath({ document }: CheckContext): Path | undefined {
  const { tagHours, peakHours } = document.severity;
  const lists = { ...tagHours, peakHours };
  for (const [name, windows = []] of Object.entries(lists)) {
    const index = windows.findIndex((window) => needsCalendar(allowedWindow(window)));
    if (index < 0) continue;
    const list = name === "peakHours" ? [name] : ["tagHours", name];
    return ["severity", ...list, index, "days"];
  }
  for (const [cameraIndex, camera] of document.cameras.entries()) {
    for (const [zoneIndex, zone] of camera.zones.entries()) {
      for (const [ruleIndex, rule] of (zone.rules ?? []).entries()) {
        const index = rule.allowed.findIndex((window) => needsCalendar(allowedWindow(window)));
        if (index < 0) continue;
        const rulePath = ["cameras", cameraIndex, "zones", zoneIndex, "rules", ruleIndex];
        return [...rulePath, "allowed", index, "days"];
      }
    }
  }
  return undefined;
}

function localDate(nowMs: number, timeZone: string): { year: number; month: number } {
  try {
    const format = new Intl.DateTimeFormat("en", { timeZone, year: "numeric", month: "numeric" });
    const parts = format.formatToParts(nowMs);
    const number = (type: string): number =>
      Number(parts.find((part) => part.type === type)?.value);
    return { year: number("year"), month: number("month") };
  } catch {
    // The zone's own finding has been reported.
    return localDate(nowMs, "UTC");
  }
}
