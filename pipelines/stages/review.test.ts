import { expect, test } from "vitest";
import { emptyReview, type ReviewEntry, review, reviewEntriesMax } from "./review.ts";

function entryAt(x: number, changes: Partial<ReviewEntry> = {}): ReviewEntry {
  return {
    kind: "unlicensed-signage",
    zoneId: "wall",
    place: { xMin: x, yMin: 0.2, xMax: x + 0.1, yMax: 0.3 },
    firstSeenAtMs: 1_000,
    lastSeenAtMs: 2_000,
    score: 0.7,
    sightings: 2,
    days: 1,
    times: 1,
    ...changes,
  };
}

test("what comes back at its place is the same entry, and the newest", () => {
  const list = [
    entryAt(0.1),
    entryAt(0.5),
    entryAt(0.12, { firstSeenAtMs: 9_000, lastSeenAtMs: 9_500, sightings: 5, days: 2 }),
  ].reduce(review, emptyReview);
  expect(list.entries.map(({ place }) => place.xMin)).toEqual([0.5, 0.12]);
  expect(list.entries[1]).toMatchObject({
    firstSeenAtMs: 1_000,
    lastSeenAtMs: 9_500,
    sightings: 7,
    days: 2,
    times: 2,
  });
});

test("another zone or kind is another entry", () => {
  const list = [entryAt(0.1), entryAt(0.1, { zoneId: "door" })].reduce(review, emptyReview);
  expect(list.entries).toHaveLength(2);
});

test("beyond the limit the oldest fall off and are counted", () => {
  const list = Array.from({ length: reviewEntriesMax + 3 }, (_, index) =>
    entryAt(0.1, { zoneId: `zone-${index}` }),
  ).reduce(review, emptyReview);
  expect(list.entries).toHaveLength(reviewEntriesMax);
  expect(list.entries[0]?.zoneId).toBe("zone-3");
  expect(list.droppedCount).toBe(3);
});
