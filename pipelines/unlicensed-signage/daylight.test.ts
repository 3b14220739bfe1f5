/** Sun heights against the tables of almanacs; the other ways of saying day, as rows. */
import { expect, test } from "vitest";
import type { SignSettings } from "../domain/rule.ts";
import { isDaylight, sunHeight } from "./daylight.ts";

const places = {
  chaozhou: { longitude: 116.647, latitude: 23.67 },
  berlin: { longitude: 13.405, latitude: 52.52 },
  quito: { longitude: -78.4678, latitude: -0.1807 },
} as const;

/** At sunrise and sunset of the tables the sun's middle is 0.83 degrees below the horizon. */
const heights: readonly { place: keyof typeof places; at: string; want: number }[] = [
  { place: "chaozhou", at: "2026-06-21T05:28:00+08:00", want: -0.83 },
  { place: "chaozhou", at: "2026-06-21T19:03:00+08:00", want: -0.83 },
  { place: "chaozhou", at: "2026-12-22T06:51:00+08:00", want: -0.83 },
  { place: "berlin", at: "2026-06-21T13:08:00+02:00", want: 60.9 },
  { place: "berlin", at: "2026-12-21T12:04:00+01:00", want: 14.0 },
  { place: "quito", at: "2026-03-20T12:21:00-05:00", want: 89.8 },
];
for (const { place, at, want } of heights) {
  test(`the sun over ${place} at ${at} stands at ${want}°`, () => {
    expect(Math.abs(sunHeight(places[place], Date.parse(at)) - want)).toBeLessThan(0.6);
  });
}

const position = { ...places.chaozhou, errorMetres: 60 };
const rows: readonly {
  name: string;
  daylight: SignSettings["daylight"];
  hasPlace: boolean;
  at: string;
  want: boolean;
}[] = [
  { name: "noon by the sun", daylight: "sun", hasPlace: true, at: "12:00", want: true },
  { name: "dusk by the sun", daylight: "sun", hasPlace: true, at: "18:50", want: false },
  {
    name: "dusk where no place is known",
    daylight: "sun",
    hasPlace: false,
    at: "17:00",
    want: false,
  },
  {
    name: "morning where no place is known",
    daylight: "sun",
    hasPlace: false,
    at: "07:30",
    want: true,
  },
  { name: "midnight, always", daylight: "always", hasPlace: true, at: "00:00", want: true },
  {
    name: "the end of given hours",
    daylight: { startMinute: 480, endMinute: 960 },
    hasPlace: true,
    at: "16:00",
    want: false,
  },
  {
    name: "hours over midnight",
    daylight: { startMinute: 1_200, endMinute: 120 },
    hasPlace: true,
    at: "01:00",
    want: true,
  },
];
for (const { name, daylight, hasPlace, at, want } of rows) {
  test(`${name}: ${want ? "day" : "night"}`, () => {
    const rules = { timeZone: "Asia/Shanghai", ...(hasPlace ? { position } : {}) };
    expect(isDaylight(daylight, rules, Date.parse(`2026-07-01T${at}:00+08:00`))).toBe(want);
  });
}
