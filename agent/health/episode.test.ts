import { expect, test } from "vitest";
import { Episode } from "./episode.ts";

interface Row {
  readonly name: string;
  /** A measurement every 10 s; calm for 30 s ends an episode. */
  readonly measured: string;
  readonly want: readonly string[];
}

const rows: Row[] = [
  { name: "nothing is nothing to tell", measured: ".......", want: [] },
  { name: "it begins once, however long it lasts", measured: ".xxxxxxx", want: ["10 began"] },
  {
    name: "it ends when it was calm for a while",
    measured: "xx.....",
    want: ["0 began", "40 ended"],
  },
  { name: "a short calm is part of it", measured: "x..x..x", want: ["0 began"] },
  {
    name: "it may come again",
    measured: "x...x...",
    want: ["0 began", "30 ended", "40 began", "70 ended"],
  },
];

for (const { name, measured, want } of rows) {
  test(name, () => {
    const episode = new Episode({ calmMs: 30_000 });
    const told = Array.from(measured).flatMap((mark, index) => {
      const word = episode.measured(mark === "x", index * 10_000);
      return word === undefined ? [] : [`${index * 10} ${word}`];
    });
    expect(told).toEqual(want);
  });
}
