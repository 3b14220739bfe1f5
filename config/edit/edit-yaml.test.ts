/**
 * Goal: an edit says what was wanted, keeps every comment, and touches nothing else.
 * Method: rows with what a person would do and the lines that change; then random edits of a file
 * that is full of comments, one after the other.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { commentsIn, lostComments } from "./comments.ts";
import { editYaml, readPlain } from "./edit-yaml.ts";
import { isSameValue, type JsonValue } from "./json-value.ts";
import { diffOf } from "./line-diff.ts";
import { randomEdit } from "./testing/random-edit.ts";

const junction = readFileSync("config/examples/junction.yaml", "utf8");

const variables = `user: \${env:HUB_USER}, password: \${file:/run/secrets/hub}`;

type Loose = Record<string, unknown> & {
  cameras: { zones: Record<string, unknown>[] & { rules?: unknown }[] }[];
};

/** Changed lines, with their sign, after an edit in place of the plain value. */
function changes(text: string, edit: (plain: Loose) => void): string[] {
  const plain = structuredClone(readPlain(text)) as unknown as Loose; // the rows know their file
  edit(plain);
  const edited = editYaml(text, plain as unknown as JsonValue) ?? "";
  expect(isSameValue(readPlain(edited), plain as unknown as JsonValue)).toBe(true);
  expect(lostComments(text, edited)).toEqual([]);
  return diffOf(text, edited)
    .filter((line) => line !== null && line.sign !== " ")
    .map((line) => `${line?.sign}${line?.text}`);
}

const rows: readonly {
  readonly name: string;
  readonly text: string;
  readonly edit: (plain: Loose) => void;
  readonly want: readonly string[];
}[] = [
  {
    name: "a corner that moves changes its line alone",
    text: junction,
    edit: ({ cameras }) => {
      const zone = cameras[0]?.zones[0];
      if (zone !== undefined) (zone["polygon"] as number[][])[0] = [0.11, 0.7];
    },
    want: [
      "-        polygon: [[0.08, 0.62], [0.55, 0.58], [0.61, 0.83], [0.05, 0.90]]",
      "+        polygon: [[0.11, 0.7], [0.55, 0.58], [0.61, 0.83], [0.05, 0.90]]",
    ],
  },
  {
    name: "a rule that goes leaves its comment",
    text: "zones:\n  - id: a\n    rules:\n      # why\n      - { kind: one } # here\n      - { kind: two }\n",
    edit: (plain) => {
      (plain["zones"] as { rules: unknown[] }[])[0]?.rules.shift();
    },
    want: ["-      - { kind: one } # here", "+      # here"],
  },
  {
    name: "a zone that goes leaves its comments to the next",
    text: "zones:\n  # first\n  - id: a # one\n    # of a\n    polygon: [[0, 0]]\n  # second\n  - id: b\n",
    edit: (plain) => {
      (plain["zones"] as unknown[]).shift();
    },
    want: ["-  - id: a # one", "-    # of a", "-    polygon: [[0, 0]]", "+  # one", "+  # of a"],
  },
  {
    name: "the last thing that goes leaves its comment in an empty list's place",
    text: "a: 1\nzones:\n  # only\n  - id: a\n# end\n",
    edit: (plain) => {
      plain["zones"] = [];
    },
    want: ["-  - id: a", "+  []", "+"],
  },
  {
    name: "lists that are not indented stay so, four spaces stay four",
    text: "cameras:\n# east\n- id: a\n  zones: []\n",
    edit: ({ cameras }) => {
      cameras[0]?.zones.push({ id: "z", polygon: [[0, 1]] });
    },
    want: ["-  zones: []", "+  zones:", "+  - id: z", "+    polygon: [[0, 1]]"],
  },
  {
    name: "what an alias repeats changes where it was edited alone",
    text: "a: &r [{ kind: one, times: 1 }]\nb: *r # same\n",
    edit: (plain) => {
      plain["b"] = [{ kind: "one", times: 2 }];
    },
    want: ["-b: *r # same", "+b:", "+  - { kind: one, times: 2 }", "+  # same"],
  },
  {
    name: "a comment in the column of the next camera stays with it",
    text: "cameras:\n  - id: a\n    zones:\n      - id: z\n      # end of the zones\n  # the west pole\n  - id: b\n# done\n",
    edit: ({ cameras }) => {
      cameras[0]?.zones.push({ id: "y", polygon: [[0, 1]] });
    },
    want: ["+      - id: y", "+        polygon: [[0, 1]]"],
  },
  {
    name: "variables stay as they are written",
    text: `hub: { ${variables}, port: 1 }\n`,
    edit: (plain) => {
      (plain["hub"] as Record<string, unknown>)["port"] = 2;
    },
    want: [`-hub: { ${variables}, port: 1 }`, `+hub: { ${variables}, port: 2 }`],
  },
  {
    name: "layout around an edit stays, however wide",
    text: "device:   { id: a,   division:   '445102' }   # name\n\n\nhub:\n    url:    x\n    user:  y # who\n",
    edit: (plain) => {
      (plain["hub"] as Record<string, unknown>)["user"] = "z";
    },
    want: ["-    user:  y # who", "+    user: z # who"],
  },
];
for (const { name, text, edit, want } of rows) {
  test(name, () => {
    expect(changes(text, edit)).toEqual(want);
  });
}

test("line ends and a byte order mark stay", () => {
  const text = "\ufeffa: 1 # one\r\nb: 2\r\n";
  expect(editYaml(text, { a: 1, b: 3 })).toBe("\ufeffa: 1 # one\r\nb: 3\r\n");
});

test("a file that is no YAML is not edited", () => {
  expect(editYaml("a: [", { a: 1 })).toBeUndefined();
});

test("random edits, one after the other: every comment stays, and the file says what was wanted", () => {
  const commented = readFileSync("config/edit/testing/commented.yaml", "utf8");
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 5, maxLength: 5 }), (seeds) => {
      let text = commented;
      for (const seed of seeds) {
        const wanted = randomEdit(readPlain(text) ?? null, seed);
        const edited = editYaml(text, wanted);
        expect(edited).toBeDefined();
        text = edited ?? "";
        expect(isSameValue(readPlain(text), wanted)).toBe(true);
      }
      expect(lostComments(commented, text)).toEqual([]);
    }),
    { numRuns: 8 },
  );
});

test("comments are those of the text, not of its values", () => {
  expect(commentsIn("# a\nb: '# no' # c\nd: |\n  # no\ne: [1, # f\n 2]\n")).toEqual([
    "a",
    "c",
    "f",
  ]);
});
