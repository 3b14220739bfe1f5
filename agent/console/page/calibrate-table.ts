/** Point pairs in a table: place, what is left over, how far off the pair is by the others. */
import { h } from "./h.ts";
import { say } from "./language/say.ts";

export interface Pair {
  /** Pixels of the picture; negative: a place that waits for its point. */
  readonly at: readonly [number, number];
  /** As typed; a place when it is two numbers. */
  readonly written: string;
}

/** What the calibration says of a pair. */
export interface PairFit {
  readonly isUsed: boolean;
  readonly residualPx: number;
  readonly residualMetres: number;
  readonly leftOutMetres: number | null;
  readonly errorMetres: number | null;
}

export function pairTable(
  pairs: readonly { readonly pair: Pair; readonly known: PairFit | undefined }[],
  does: { write(index: number, written: string): void; remove(index: number): void },
): HTMLElement {
  const rows = pairs.map(({ pair, known }, index) => {
    return h(
      "tr",
      {},
      h("td", {}, String(index + 1), pair.at[0] < 0 ? " ?" : null),
      h(
        "td",
        {},
        h("input", {
          "aria-label": `${say("calibrate.place")} ${index + 1}`,
          value: pair.written,
          placeholder: "116.64704, 23.67003",
          onchange: (event) => does.write(index, (event.target as HTMLInputElement).value),
        }),
      ),
      h(
        "td",
        { class: "number" },
        known
          ? `${known.residualPx.toFixed(1)} / ${known.residualMetres.toFixed(2)}${known.isUsed ? "" : ` (${say("calibrate.unused")})`}`
          : "–",
      ),
      h("td", { class: "number" }, known?.leftOutMetres?.toFixed(2) ?? "–"),
      h("td", { class: "number" }, known?.errorMetres?.toFixed(2) ?? "–"),
      h(
        "td",
        {},
        h(
          "button",
          {
            type: "button",
            class: "small",
            "aria-label": say("zones.removeSetting", {
              name: `${say("calibrate.point")} ${index + 1}`,
            }),
            onclick: () => does.remove(index),
          },
          "×",
        ),
      ),
    );
  });
  const titles = [
    say("calibrate.point"),
    say("calibrate.place"),
    say("calibrate.residual"),
    say("calibrate.leftOut"),
    say("calibrate.size"),
    "",
  ];
  return h(
    "table",
    {},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        titles.map((title) => h(title === "" ? "td" : "th", {}, title)),
      ),
    ),
    h("tbody", {}, rows),
  );
}
