import { expect, test } from "vitest";
import { violationEventSchema } from "../../../pipelines/domain/event.ts";
import { sampleCommit, samplePresenceSave, sampleRevision } from "./sample-events.ts";

test("four revisions make a violation, each with its own event", () => {
  const rows = [0, 1, 2, 3, 4].map(sampleRevision);
  expect(rows.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 1]);
  expect(new Set(rows.map(({ violationId }) => violationId)).size).toBe(2);
  expect(new Set(rows.map(({ eventId }) => eventId)).size).toBe(5);
});

test.each([0, 1, 2, 3])("event %i is one as the hub takes it", (index) => {
  const { event } = sampleRevision(index);
  const sequence = "0".repeat(19) + (index + 1);
  const { error } = violationEventSchema.safeParse({ ...event, sequence });
  expect(error?.issues ?? []).toEqual([]);
});

test("a commit holds the state of the camera that saw it", () => {
  const { cameraStates, revisions } = sampleCommit(9);
  expect(cameraStates.map(({ cameraId }) => cameraId)).toEqual([revisions[0]?.cameraId]);
});

test("presence is saved for many cameras, without a revision", () => {
  const { cameraStates, revisions } = samplePresenceSave(3, 16);
  expect([new Set(cameraStates.map(({ cameraId }) => cameraId)).size, revisions]).toEqual([16, []]);
});
