/**
 * Is something allowed at an instant: windows of local time, half-open, by day.
 *
 * A window that crosses midnight belongs to the day it starts on. Only time outside every allowed
 * window counts towards a violation. Windows change at whole minutes.
 */
import {
  type AllowedWindow,
  type DayType,
  dayTypes,
  type HolidayCalendar,
  type Weekday,
} from "../domain/rule.ts";
import { dayTypeOf } from "./calendar.ts";
import { isoDateOf, weekdayOf } from "./civil.ts";
import { dayMs, localTimeAt, offsetAt } from "./time-zone.ts";

export interface AllowedAnswer {
  readonly allowed: boolean;
  /** `unused`: no window asks for a day type; `missing`: one does and the year has no data. */
  readonly calendar: "known" | "missing" | "unused";
  /** The next instant at which `allowed` changes, when there is one within ten days. */
  readonly nextChangeAtMs?: number;
}

const minuteMs = 60_000;
const dayMinutes = 1_440;
const lookAheadDays = 10;

export function isAllowedAt(
  windows: readonly AllowedWindow[],
  atMs: number,
  timeZone: string,
  calendar: HolidayCalendar,
): AllowedAnswer {
  const { allowed, calendar: state } = allowedNow(windows, atMs, timeZone, calendar);
  const nextChangeAtMs = nextChange(windows, atMs, timeZone, calendar, allowed);
  return { allowed, calendar: state, ...(nextChangeAtMs === undefined ? {} : { nextChangeAtMs }) };
}

type AllowedNow = Pick<AllowedAnswer, "allowed" | "calendar">;

interface Remembered {
  readonly minute: number;
  readonly timeZone: string;
  readonly calendar: HolidayCalendar;
  readonly answer: AllowedNow;
}

const nothingAllowed: AllowedNow = { allowed: false, calendar: "unused" };
/** A memory of a pure function: windows never change in place, and change at whole minutes. */
const remembered = new WeakMap<readonly AllowedWindow[], Remembered>();

/** As `isAllowedAt` without the search for the next change: what rules ask at every look. */
export function allowedNow(
  windows: readonly AllowedWindow[],
  atMs: number,
  timeZone: string,
  calendar: HolidayCalendar,
): AllowedNow {
  if (windows.length === 0) return nothingAllowed;
  const minute = Math.floor(atMs / minuteMs);
  const known = remembered.get(windows);
  const isKnown =
    known?.minute === minute && known.timeZone === timeZone && known.calendar === calendar;
  if (isKnown) return known.answer;
  const answer = allowedIn(windows, atMs, timeZone, calendar);
  remembered.set(windows, { minute, timeZone, calendar, answer });
  return answer;
}

function allowedIn(
  windows: readonly AllowedWindow[],
  atMs: number,
  timeZone: string,
  calendar: HolidayCalendar,
): AllowedNow {
  const { dayNumber, minute } = localTimeAt(atMs, timeZone);
  let allowed = false;
  let isMissing = false;
  let isUsed = false;
  for (const window of windows) {
    const today = startsOn(window, dayNumber, calendar);
    const yesterday = startsOn(window, dayNumber - 1, calendar);
    const endMinute = endMinuteOf(window);
    const crossesMidnight = endMinute > dayMinutes;
    isUsed ||= usesDayTypes(window);
    isMissing ||= !today.isKnown || (crossesMidnight && !yesterday.isKnown);
    allowed ||=
      (today.starts && minute >= window.startMinute && minute < endMinute) ||
      (crossesMidnight && yesterday.starts && minute + dayMinutes < endMinute);
  }
  const known = isMissing ? "missing" : "known";
  return { allowed, calendar: isUsed ? known : "unused" };
}

/** How much of [fromMs, toMs) lies outside every allowed window. */
export function forbiddenMsBetween(
  windows: readonly AllowedWindow[],
  fromMs: number,
  toMs: number,
  timeZone: string,
  calendar: HolidayCalendar,
): number {
  if (toMs <= fromMs) return 0;
  if (windows.length === 0) return toMs - fromMs;
  let forbiddenMs = 0;
  for (let atMs = fromMs; atMs < toMs; ) {
    const endMs = Math.min(toMs, (Math.floor(atMs / minuteMs) + 1) * minuteMs);
    if (!allowedNow(windows, atMs, timeZone, calendar).allowed) forbiddenMs += endMs - atMs;
    atMs = endMs;
  }
  return forbiddenMs;
}

/** Counted from the midnight that begins its starting day; beyond 1440 on the day after. */
function endMinuteOf({ startMinute, endMinute, graceMinutes = 0 }: AllowedWindow): number {
  const crosses = endMinute <= startMinute;
  return endMinute + (crosses ? dayMinutes : 0) + graceMinutes;
}

function startsOn(
  window: AllowedWindow,
  dayNumber: number,
  calendar: HolidayCalendar,
): { readonly starts: boolean; readonly isKnown: boolean } {
  if (isDaily(window)) return everyDay;
  const date = isoDateOf(dayNumber);
  const isInRange =
    (window.fromDate === undefined || date >= window.fromDate) &&
    (window.toDate === undefined || date <= window.toDate);
  if (window.days === undefined) return { starts: isInRange, isKnown: true };
  const { type, isKnown } = dayTypeOf(dayNumber, calendar);
  const starts =
    isInRange && window.days.some((day) => day === type || day === weekdayOf(dayNumber));
  return { starts, isKnown: isKnown || !usesDayTypes(window) };
}

const everyDay = { starts: true, isKnown: true } as const;

/** Most windows are; their days need no dates. */
function isDaily({ days, fromDate, toDate }: AllowedWindow): boolean {
  return days === undefined && fromDate === undefined && toDate === undefined;
}

function usesDayTypes({ days }: AllowedWindow): boolean {
  return days?.some(isDayType) ?? false;
}

function isDayType(day: Weekday | DayType): day is DayType {
  return dayTypes.some((type) => type === day);
}

function nextChange(
  windows: readonly AllowedWindow[],
  atMs: number,
  timeZone: string,
  calendar: HolidayCalendar,
  allowed: boolean,
): number | undefined {
  if (windows.length === 0) return undefined;
  const { dayNumber } = localTimeAt(atMs, timeZone);
  const minutes = new Set([
    0,
    ...windows.flatMap((window) => [window.startMinute, endMinuteOf(window) % dayMinutes]),
  ]);
  for (let day = dayNumber; day <= dayNumber + lookAheadDays; day += 1) {
    const instants = [...minutes].flatMap((minute) => instantsOf(day, minute, timeZone));
    instants.push(...offsetChanges(day, timeZone));
    const change = instants
      .filter((instant) => instant > atMs)
      .sort((a, b) => a - b)
      .find((instant) => allowedNow(windows, instant, timeZone, calendar).allowed !== allowed);
    if (change !== undefined) return change;
  }
  return undefined;
}

/** None when the clock jumps over that minute, two when the hour comes twice. */
function instantsOf(dayNumber: number, minute: number, timeZone: string): readonly number[] {
  const localMs = dayNumber * dayMs + minute * minuteMs;
  const offsets = new Set([
    offsetAt(localMs - dayMs, timeZone),
    offsetAt(localMs + dayMs, timeZone),
  ]);
  return [...offsets]
    .map((offsetMs) => localMs - offsetMs)
    .filter((instant) => instant + offsetAt(instant, timeZone) === localMs);
}

/** The instant of that local day at which the zone's offset changes, to the minute. */
function offsetChanges(dayNumber: number, timeZone: string): readonly number[] {
  let low = (dayNumber - 1) * dayMs;
  let high = (dayNumber + 2) * dayMs;
  if (offsetAt(low, timeZone) === offsetAt(high, timeZone)) return [];
  while (high - low > minuteMs) {
    const middle = Math.floor((low + high) / 2 / minuteMs) * minuteMs;
    if (offsetAt(middle, timeZone) === offsetAt(low, timeZone)) low = middle;
    else high = middle;
  }
  return localTimeAt(high, timeZone).dayNumber === dayNumber ? [high] : [];
}
