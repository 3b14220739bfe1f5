/** The figures of scenes as a table of Markdown, between two marks of a page. */
import { z } from "zod";
import { type Kind, kinds } from "../pipelines/domain/kind.ts";

const figuresSchema = z.object({
  due: z.number(),
  told: z.number(),
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  timeErrorPeriods: z.number().nullable(),
});

type Figures = z.infer<typeof figuresSchema>;

const replayedSchema = z.object({
  source: z.object({ scenes: z.number() }),
  scenes: z.array(z.object({ name: z.string(), isRight: z.boolean() })),
  kinds: z.partialRecord(z.enum(kinds), figuresSchema),
});

/** What `kerbside replay --scenes --json` prints last. */
export type Replayed = z.infer<typeof replayedSchema>;

export function lastObject(printed: string): Replayed {
  return replayedSchema.parse(JSON.parse(printed.trimEnd().split("\n").at(-1) ?? ""));
}

/** A part of the table is one kind of detections; each is made by a command of its own. */
export const parts = ["truth", "noisy", "model"] as const;

export type Part = (typeof parts)[number];

/** What is said of the part, its rows, and the scenes in which not every event was right. */
export function partText(part: Part, name: string, run: Replayed): string {
  const wrong = run.scenes.filter(({ isRight }) => !isRight).map((one) => `\`${one.name}\``);
  return [
    `${name}, ${run.source.scenes} scenes; not right in every event: ${wrong.toSorted().join(", ") || "none"}.`,
    "",
    "| detections | kind | due | told | precision | recall | time error (periods) |",
    "|---|---|---|---|---|---|---|",
    ...kinds.flatMap((kind) => {
      const figures = run.kinds[kind];
      return figures === undefined ? [] : [rowOf(part, kind, figures)];
    }),
  ].join("\n");
}

function rowOf(part: Part, kind: Kind, figures: Figures): string {
  const cells = [
    part,
    kind,
    String(figures.due),
    String(figures.told),
    figures.precision?.toFixed(2) ?? "–",
    figures.recall?.toFixed(2) ?? "–",
    figures.timeErrorPeriods?.toFixed(1) ?? "–",
  ];
  return `| ${cells.join(" | ")} |`;
}

/** The page with the part in its place; the other parts stay as they are. */
export function withPart(page: string, part: Part, text: string): string {
  const [before, after] = around(page, part);
  return `${before}\n\n${text}\n\n${after}`;
}

/** What stands between the marks of a part. */
export function writtenPart(page: string, part: Part): string {
  const [before, after] = around(page, part);
  return page.slice(before.length, page.length - after.length);
}

function around(page: string, part: Part): readonly [string, string] {
  const opening = `<!-- scenes, ${part}: made by npm run scenes:table -->`;
  const [from, to] = [page.indexOf(opening), page.indexOf(`<!-- end of ${part} -->`)];
  if (from < 0 || to < from) throw new Error(`the page has no ${opening} with an end`);
  return [page.slice(0, from + opening.length), page.slice(to)];
}
