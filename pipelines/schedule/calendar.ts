/**
 * Day types: working day, rest day, holiday, with make-up working days (调休).
 *
 * A year without data is never "no holidays": plain weekdays are used and the answer says so.
 */
import type { DayType, HolidayCalendar } from "../domain/rule.ts";
import { civilDateOf, isoDateOf, weekdayOf } from "./civil.ts";

export interface DayAnswer {
  readonly type: DayType;
  /** False: the calendar has no data for that year, `type` is the plain weekday. */
  readonly isKnown: boolean;
}

/** The notice for a year may move days of the December before: every year's list is asked. */
export function dayTypeOf(dayNumber: number, calendar: HolidayCalendar): DayAnswer {
  const date = isoDateOf(dayNumber);
  const { year } = civilDateOf(dayNumber);
  const isKnown = calendar.years.some((entry) => entry.year === year);
  if (calendar.years.some(({ holidays }) => holidays.includes(date))) {
    return { type: "holiday", isKnown };
  }
  if (calendar.years.some(({ makeupWorkdays }) => makeupWorkdays.includes(date))) {
    return { type: "workday", isKnown };
  }
  const weekday = weekdayOf(dayNumber);
  return { type: weekday === "sat" || weekday === "sun" ? "restday" : "workday", isKnown };
}
