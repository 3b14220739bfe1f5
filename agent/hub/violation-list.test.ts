import { expect, test } from "vitest";
import type { ViolationEvent } from "../../pipelines/domain/event.ts";
import type { Stage } from "../../pipelines/domain/kind.ts";
import { violation } from "./testing/box.ts";
import { ViolationList } from "./violation-list.ts";

type SentStage = Exclude<Stage, "clue">;

function event(id: string, revision: number, stage: SentStage, source?: string): ViolationEvent {
  const envelope = source === undefined ? {} : { source };
  // Made from a published example, which the schema accepts.
  return violation(1, { violation: id, revision, stage }, envelope) as unknown as ViolationEvent;
}

const story = (list: ViolationList) =>
  list.list().map(({ id, stages }) => `${id} ${stages.join(" ")}`);

test("stages stand in the order of revisions, whatever came first", () => {
  const list = new ViolationList();
  list.note(event("a", 3, "cleared"), 1_000);
  list.note(event("a", 1, "warned"), 1_000);
  list.note(event("a", 2, "reported"), 1_000);
  expect(story(list)).toEqual(["a warned reported cleared"]);
  expect(list.list()[0]?.last.data.stage).toBe("cleared");
});

test("two boxes may use the same id", () => {
  const list = new ViolationList();
  list.note(event("a", 1, "warned"), 1_000);
  list.note(event("a", 1, "warned", "/kerbside/445102/other"), 1_000);
  expect(list.count).toBe(2);
  expect(list.list().map(({ source }) => source)).toEqual([
    "/kerbside/445102/cz-paifang-03",
    "/kerbside/445102/other",
  ]);
});

test("at the limit the one that ended longest ago goes, then the one that is quiet longest", () => {
  const list = new ViolationList({ countMax: 2 });
  list.note(event("open", 1, "warned"), 1_000);
  list.note(event("ended", 1, "withdrawn"), 1_000);
  list.note(event("new", 1, "warned"), 1_000);
  expect(story(list)).toEqual(["new warned", "open warned"]);
  list.note(event("newer", 1, "warned"), 1_000);
  expect(story(list)).toEqual(["new warned", "newer warned"]);
  expect(list.count).toBe(4);
});

test("great events are kept in smaller number, and the newest always", () => {
  const list = new ViolationList({ textLengthMax: 2_500 });
  for (const id of ["a", "b", "c"]) list.note(event(id, 1, "warned"), 1_000);
  expect(story(list)).toEqual(["b warned", "c warned"]);
  list.note(event("huge", 1, "warned"), 10_000);
  expect(story(list)).toEqual(["huge warned"]);
  list.note(event("huge", 2, "cleared"), 1_000);
  list.note(event("d", 1, "warned"), 1_000);
  expect(story(list)).toEqual(["d warned", "huge warned cleared"]);
});
