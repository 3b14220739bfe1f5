/**
 * Windows of local time as a person writes them: `daily: "06:00-09:00"`, with days and dates.
 *
 * The text form and `AllowedWindow` (minutes) say the same thing; an end at or before the start
 * crosses midnight. 24:00 is allowed as an end only.
 */
import type { AllowedWindow, DayType, Weekday } from "../pipelines/domain/rule.ts";
import { dayTypes, weekdays } from "../pipelines/domain/rule.ts";

/** The file's form of a window. */
export interface WrittenWindow {
  readonly daily: string;
  readonly days?: readonly (Weekday | DayType)[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface DailySpan {
  readonly startMinute: number;
  readonly endMinute: number;
}

export const windowDays = [...weekdays, ...dayTypes] as const;

export const dailyForm = 'hours such as "06:00-09:00" or "22:00-02:00"';

/** Start and end minute of the day, or undefined when the text is not a span of hours. */
export function parseDaily(text: string): DailySpan | undefined {
  const match = /^(\d{2}):(\d{2})-(\d{2}):(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [startHour = 0, startPast = 0, endHour = 0, endPast = 0] = match.slice(1).map(Number);
  if (startPast > 59 || endPast > 59) return undefined;
  const startMinute = startHour * 60 + startPast;
  const endMinute = endHour * 60 + endPast;
  if (startMinute >= 1440 || endMinute > 1440 || startMinute === endMinute) return undefined;
  return { startMinute, endMinute };
}

function printDaily({ startMinute, endMinute }: DailySpan): string {
  return `${clock(startMinute)}-${clock(endMinute)}`;
}

/** A date that exists, as `2026-03-01`. */
export function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number);
  if (year < 1970 || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

export function printWindow(window: AllowedWindow): WrittenWindow {
  return {
    daily: printDaily(window),
    ...(window.days === undefined ? {} : { days: window.days }),
    ...(window.fromDate === undefined ? {} : { from: window.fromDate }),
    ...(window.toDate === undefined ? {} : { to: window.toDate }),
  };
}

/** True when one of the days means something only with a year's holidays at hand. */
export function needsCalendar(window: AllowedWindow): boolean {
  return window.days?.some((day) => dayTypes.some((type) => type === day)) ?? false;
}

function clock(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
