/**
 * Goal: a permit covers exactly its kind, place and time. Method: a table of permits, each asked
 * about one thing at one local time; the borders of dates and hours to the millisecond.
 */
import { expect, test } from "vitest";
import type { Permit } from "../domain/permit.ts";
import { permitOf, registerOf } from "../testing/permits.ts";
import { hasLapsed, type PermitQuestion, permitsFor } from "./permits-for.ts";

const timeZone = "Asia/Shanghai";
const at = (local: string): number => Date.parse(`${local}+08:00`);
const noon = at("2026-07-01T12:00");
const question: PermitQuestion = {
  kind: "illegal-parking",
  cameraId: "east",
  zoneId: "kerb",
  box: { xMin: 0.4, yMin: 0.5, xMax: 0.52, yMax: 0.6 },
};

function square(xMin: number, yMin: number, xMax: number, yMax: number) {
  return [
    { x: xMin, y: yMin },
    { x: xMax, y: yMin },
    { x: xMax, y: yMax },
    { x: xMin, y: yMax },
  ];
}

const morning = { startMinute: 6 * 60, endMinute: 9 * 60 };
const night = { startMinute: 19 * 60, endMinute: 30 };
const ground = { type: "ground", longitude: 116.647, latitude: 23.67, radiusMetres: 30 } as const;

interface Row {
  readonly name: string;
  readonly permit: Partial<Permit>;
  readonly ask?: Partial<PermitQuestion>;
  readonly atMs?: number;
  readonly want: "covers" | "checked" | "not asked";
}
const rows: readonly Row[] = [
  { name: "its zone", permit: {}, want: "covers" },
  { name: "another kind", permit: {}, ask: { kind: "street-vending" }, want: "not asked" },
  {
    name: "one of its kinds",
    permit: { kinds: ["street-vending", "illegal-parking"] },
    want: "covers",
  },
  { name: "another zone", permit: {}, ask: { zoneId: "bay" }, want: "not asked" },
  { name: "that zone of another camera", permit: {}, ask: { cameraId: "west" }, want: "not asked" },
  {
    name: "the whole camera",
    permit: { place: { type: "camera", cameraId: "east" } },
    ask: { zoneId: "bay" },
    want: "covers",
  },
  {
    name: "a polygon around the thing",
    permit: { place: { type: "area", cameraId: "east", polygon: square(0.3, 0.4, 0.6, 0.7) } },
    want: "covers",
  },
  {
    name: "a polygon on the ground below the thing",
    permit: { place: { type: "area", cameraId: "east", polygon: square(0.3, 0.565, 0.6, 0.7) } },
    want: "covers",
  },
  {
    name: "a polygon that holds a third of the thing",
    permit: { place: { type: "area", cameraId: "east", polygon: square(0.3, 0.4, 0.44, 0.7) } },
    want: "not asked",
  },
  { name: "a row nobody confirmed", permit: { isConfirmed: false }, want: "not asked" },
  {
    name: "a point, and nobody knows where the thing is",
    permit: { place: ground },
    want: "not asked",
  },
  {
    name: "a point 40 m away, the thing known to 15 m",
    permit: { place: ground },
    ask: { point: { longitude: 116.647, latitude: 23.67036, errorMetres: 15 } },
    want: "covers",
  },
  {
    name: "a point 40 m away, the thing known to 5 m",
    permit: { place: ground },
    ask: { point: { longitude: 116.647, latitude: 23.67036, errorMetres: 5 } },
    want: "not asked",
  },
  {
    name: "the first instant of its first day",
    permit: { from: "2026-07-01" },
    atMs: at("2026-07-01T00:00"),
    want: "covers",
  },
  {
    name: "the instant before",
    permit: { from: "2026-07-01" },
    atMs: at("2026-07-01T00:00") - 1,
    want: "checked",
  },
  {
    name: "the last instant of its last day",
    permit: { to: "2026-06-30" },
    atMs: at("2026-07-01T00:00") - 1,
    want: "covers",
  },
  {
    name: "the instant after: it has lapsed",
    permit: { to: "2026-06-30" },
    atMs: at("2026-07-01T00:00"),
    want: "checked",
  },
  {
    name: "one day alone",
    permit: { from: "2026-07-01", to: "2026-07-01" },
    want: "covers",
  },
  {
    name: "its hours",
    permit: { hours: [morning] },
    atMs: at("2026-07-01T08:59:59.999"),
    want: "covers",
  },
  {
    name: "the end of its hours",
    permit: { hours: [morning] },
    atMs: at("2026-07-01T09:00"),
    want: "checked",
  },
  {
    name: "its second hours",
    permit: { hours: [morning, night] },
    atMs: at("2026-07-01T19:00"),
    want: "covers",
  },
  {
    name: "a night that began on its last day",
    permit: { hours: [night], to: "2026-06-30" },
    atMs: at("2026-07-01T00:29"),
    want: "covers",
  },
];
for (const { name, permit, ask = {}, atMs = noon, want } of rows) {
  test(`${name}: ${want}`, () => {
    const register = registerOf(permitOf(permit));
    const { to: _, ...open } = permitOf(permit);
    const { checked, covering } = permitsFor(register, { ...question, ...ask }, atMs, timeZone);
    expect([checked.length, covering.length]).toEqual(
      { covers: [1, 1], checked: [1, 0], "not asked": [0, 0] }[want],
    );
    // Without a last day it holds at least as long.
    const endless = permitsFor(registerOf(open), { ...question, ...ask }, atMs, timeZone);
    expect(endless.covering.length).toBeGreaterThanOrEqual(covering.length);
  });
}

test("it lapses with the midnight after its last day, and never without one", () => {
  const permit = permitOf({ to: "2026-06-30" });
  expect(hasLapsed(permit, at("2026-07-01T00:00") - 1, timeZone)).toBe(false);
  expect(hasLapsed(permit, at("2026-07-01T00:00"), timeZone)).toBe(true);
  const { to: _, ...endless } = permit;
  expect(hasLapsed(endless, at("2099-01-01T00:00"), timeZone)).toBe(false);
});
