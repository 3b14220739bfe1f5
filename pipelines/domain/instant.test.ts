import { expect, test } from "vitest";
import { rfc3339 } from "./instant.ts";

const atMs = Date.UTC(2026, 2, 1, 0, 15, 0, 250);
const rows = [
  {
    name: "Shanghai is eight hours ahead",
    zone: "Asia/Shanghai",
    want: "2026-03-01T08:15:00.250+08:00",
  },
  { name: "UTC has a numeric offset", zone: "UTC", want: "2026-03-01T00:15:00.250+00:00" },
  { name: "half hours", zone: "Asia/Kolkata", want: "2026-03-01T05:45:00.250+05:30" },
  {
    name: "west of Greenwich, the day before",
    zone: "America/New_York",
    want: "2026-02-28T19:15:00.250-05:00",
  },
];
for (const { name, zone, want } of rows) {
  test(name, () => expect(rfc3339(atMs, zone)).toBe(want));
}
test("what is printed is the same instant", () => {
  for (const { zone } of rows) expect(Date.parse(rfc3339(atMs, zone))).toBe(atMs);
});
