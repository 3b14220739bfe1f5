/** The judge finds every fault it is there for: a proof that cannot fail proves nothing. */
import { expect, test } from "vitest";
import { judge, type KillEvidence, type WrittenEvent } from "./judge.ts";

const text = (sequence: number, violation: string, revision: number, stage: string): string =>
  JSON.stringify({
    specversion: "1.0",
    id: `${violation}.${revision}`,
    sequence: String(sequence).padStart(20, "0"),
    data: { violation, revision, stage, camera: violation === "a" ? "steady" : "busy" },
  });
const texts = [
  text(1, "a", 1, "warned"),
  text(2, "b", 1, "warned"),
  text(3, "a", 2, "reported"),
  text(4, "b", 2, "cleared"),
];
const written: WrittenEvent[] = texts.map((one, index) => {
  return { sequence: index + 1, id: JSON.parse(one).id, text: one };
});
const sound: KillEvidence = {
  written,
  told: [
    { violation: "a", stage: "warned" },
    { violation: "a", stage: "reported" },
    { violation: "b", stage: "cleared" },
  ],
  heard: texts,
  steadyCameras: ["steady"],
};
const late = (one: string): string => one.replace("{", '{"historical":true,');
const found = (change: Partial<KillEvidence>) => {
  const { lost, doubled, gaps, invented, presencesBroken } = judge({ ...sound, ...change });
  return { lost, doubled, gaps, invented, presencesBroken };
};
const nothing = { lost: 0, doubled: 0, gaps: 0, invented: 0, presencesBroken: 0 };
const [one = "", two = "", three = "", four = ""] = texts;

const rows: readonly {
  readonly name: string;
  readonly change: Partial<KillEvidence>;
  readonly want: Partial<typeof nothing>;
}[] = [
  { name: "all came once", change: {}, want: {} },
  { name: "sent again, later marked as late", change: { heard: [...texts, late(two)] }, want: {} },
  {
    name: "the hub dropped the last one",
    change: { heard: [one, two, three] },
    want: { lost: 2 - 0, gaps: 0 },
  },
  {
    name: "one in the middle never came",
    change: { heard: [one, three, four], told: [] },
    want: { lost: 1, gaps: 2 },
  },
  {
    name: "told as written, gone from disk and hub",
    change: { told: [...sound.told, { violation: "c", stage: "warned" }] },
    want: { lost: 1 },
  },
  { name: "out of order", change: { heard: [two, one, three, four] }, want: { gaps: 3 } },
  {
    name: "one id with two contents",
    change: { heard: [...texts, two.replace("warned", "reported")] },
    want: { doubled: 1 },
  },
  {
    name: "one sequence given twice",
    change: { heard: [...texts, text(4, "c", 1, "warned")], told: [] },
    want: { doubled: 1, gaps: 1, invented: 1 },
  },
  {
    name: "a thing that stands became two violations",
    change: {
      written: written.map((row) => ({ ...row, text: row.text.replace("busy", "steady") })),
      heard: texts.map((row) => row.replace("busy", "steady")),
    },
    want: { presencesBroken: 1 },
  },
];

for (const { name, change, want } of rows) {
  test(name, () => expect(found(change)).toEqual({ ...nothing, ...want }));
}
