/**
 * Permit lists as people write them: right ones become permits, wrong ones say where and what, to
 * the letter; and what is printed is read back as it was.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { kinds } from "../../pipelines/domain/kind.ts";
import type { Permit } from "../../pipelines/domain/permit.ts";
import { printPermits } from "./print-permits.ts";
import { readPermits } from "./read-permits.ts";

function read(name: string, text: string) {
  return readPermits({ name, folder: "/c", bytes: Buffer.from(text) });
}

const header = "number,kinds,camera,zone,polygon,longitude,latitude,radiusMetres,from,to,hours";

test("a CSV list becomes permits", () => {
  const { register, errors } = read(
    "list.csv",
    [
      `\uFEFF${header},confirmed`,
      'CZ-2026-17,"street-vending; illegal-parking",east,market,,,,,2026-01-01,2026-12-31,06:00-09:00; 19:00-00:30,',
      "",
      "CZ-2026-18,unlicensed-signage,east,,0.1 0.2; 0.3 0.2; 0.3 0.4,,,,2026-01-01,,,否",
      '"CZ ""19"", north",street-vending,,,,116.647,23.67,30,2026-05-01,2026-05-03,,true',
      "20,overflowing-bin,west,,,,,,2026-01-01,,,",
    ].join("\r\n"),
  );
  expect(errors).toEqual([]);
  expect(register?.version).toBe(register?.hash.slice(0, 12));
  expect(register?.permits).toEqual([
    {
      number: "CZ-2026-17",
      kinds: ["street-vending", "illegal-parking"],
      place: { type: "zone", cameraId: "east", zoneId: "market" },
      from: "2026-01-01",
      to: "2026-12-31",
      hours: [
        { startMinute: 360, endMinute: 540 },
        { startMinute: 1_140, endMinute: 30 },
      ],
      isConfirmed: true,
    },
    {
      number: "CZ-2026-18",
      kinds: ["unlicensed-signage"],
      place: {
        type: "area",
        cameraId: "east",
        polygon: [
          { x: 0.1, y: 0.2 },
          { x: 0.3, y: 0.2 },
          { x: 0.3, y: 0.4 },
        ],
      },
      from: "2026-01-01",
      hours: [],
      isConfirmed: false,
    },
    {
      number: 'CZ "19", north',
      kinds: ["street-vending"],
      place: { type: "ground", longitude: 116.647, latitude: 23.67, radiusMetres: 30 },
      from: "2026-05-01",
      to: "2026-05-03",
      hours: [],
      isConfirmed: true,
    },
    {
      number: "20",
      kinds: ["overflowing-bin"],
      place: { type: "camera", cameraId: "west" },
      from: "2026-01-01",
      hours: [],
      isConfirmed: true,
    },
  ]);
});

test("the hash follows the rows, not their file", () => {
  const csv = read("a.csv", `${header}\nA,street-vending,east,kerb,,,,,2026-01-01,,\n`);
  const yaml = read(
    "a.yaml",
    'version: "7"\npermits:\n  - { number: A, kinds: [street-vending], camera: east, zone: kerb, from: 2026-01-01 }\n',
  );
  expect(yaml.register?.hash).toBe(csv.register?.hash);
  expect(yaml.register?.version).toBe("7");
  const other = read("a.csv", `${header}\nA,street-vending,east,kerb,,,,,2026-01-02,,\n`);
  expect(other.register?.hash).not.toBe(csv.register?.hash);
});

const row = "A,street-vending,east,kerb,,,,,2026-01-01,,";
const wrong: readonly { name: string; file?: string; text: string; want: readonly string[] }[] = [
  {
    name: "an empty file",
    text: "",
    want: [
      `1:1 | the file is empty: its first line names columns: ${`${header},confirmed,appearance`.replaceAll(",", ", ")}`,
    ],
  },
  {
    name: "a column with a slip",
    text: `numbr,kinds\n${row}`,
    want: ['1:1 | unknown column "numbr", did you mean "number"?'],
  },
  {
    name: "a column twice",
    text: "number,kinds,number\n",
    want: ['1:14 | the column "number" was named before'],
  },
  {
    name: "an unknown kind, behind a quoted comma",
    text: `${header}\n"A, the first",parking,east,kerb,,,,,2026-01-01,,`,
    want: [
      '2:16 permits[0].kinds | expected one or more of street-vending, illegal-parking, overflowing-bin, unlicensed-signage, found "parking"',
    ],
  },
  {
    name: "a day that does not exist, and dates turned round",
    text: `${header}\nA,street-vending,east,kerb,,,,,2026-02-30,,\n${row.replace(",,2026-01-01,", ",,2026-01-01,2025-12-31")}`,
    want: ['2:32 permits[0].from | expected a date such as 2026-03-01, found "2026-02-30"'],
  },
  {
    name: "an end before the beginning",
    text: `${header}\nA,street-vending,east,kerb,,,,,2026-01-01,2025-12-31,`,
    want: ["2:43 permits[0].to | it begins on 2026-01-01 and ends before, on 2025-12-31"],
  },
  {
    name: "no place, two places and half a point",
    text: `${header}\nA,street-vending,,,,,,,2026-01-01,,\nB,street-vending,east,kerb,0 0; 1 0; 1 1,,,,2026-01-01,,\nC,street-vending,,,,116.6,,,2026-01-01,,\nD,street-vending,east,,,116.6,23.6,20,2026-01-01,,`,
    want: [
      "2:1 permits[0] | expected a place: a camera (with a zone or a polygon), or a point with its radius",
      "3:28 permits[1].polygon | expected a zone or a polygon, not both",
      "4:1 permits[2] | a point needs longitude, latitude and radiusMetres",
      "5:25 permits[3].longitude | expected one place: a point with its radius, or a camera, not both",
    ],
  },
  {
    name: "pixels, hours of another form, an unknown yes",
    text: `${header},confirmed\nA,street-vending,east,,10 20; 30 40; 50 60,,,,2026-01-01,,9-17,perhaps`,
    want: [
      '2:24 permits[0].polygon | expected at least 3 points of two numbers from 0 to 1: 0.1 0.2; 0.3 0.2; 0.3 0.4, found "10 20; 30 40; 50 60"',
      '2:59 permits[0].hours | expected hours such as "06:00-09:00" or "22:00-02:00", found "9-17"',
      '2:64 permits[0].confirmed | expected true or false, found "perhaps"',
    ],
  },
  {
    name: "a quote that is never closed",
    text: `${header}\n"A,street-vending`,
    want: ["2:1 | this quote is never closed"],
  },
  {
    name: "a cell too many",
    text: `${header}\n${row},x`,
    want: ['2:45 | a cell beyond the last column, found "x": is a comma not in quotes?'],
  },
  {
    name: "a file in another encoding",
    text: "\u0000",
    want: ["1:1 | this is not a text file: it holds a zero byte"],
  },
  {
    name: "YAML with an unknown key",
    file: "list.yaml",
    text: "permits:\n  - { number: A, kinds: [street-vending], camera: east, form: 2026-01-01 }\n",
    want: [
      '2:57 permits[0].form | unknown key "form", did you mean "from"?',
      '2:5 permits[0].from | "from" is missing: expected a date such as 2026-03-01',
    ],
  },
];
for (const { name, file = "list.csv", text, want } of wrong) {
  test(`${name} is told with its place`, () => {
    const { register, errors } = read(file, text);
    expect(register).toBeUndefined();
    const lines = errors.map(
      ({ line, column, path, message }) =>
        `${line}:${column} ${path}${path === "" ? "" : " "}| ${message}`,
    );
    expect(lines.toSorted()).toEqual(want.toSorted());
  });
}

const minute = fc.integer({ min: 0, max: 1_439 });
const share = fc.integer({ min: 0, max: 1_000 }).map((value) => value / 1_000);
const name = fc.constantFrom("east", "west", "gate-2");
const point = fc.record({ x: share, y: share });
const place = fc.oneof(
  fc.record({ type: fc.constant("camera" as const), cameraId: name }),
  fc.record({ type: fc.constant("zone" as const), cameraId: name, zoneId: name }),
  fc.record({
    type: fc.constant("area" as const),
    cameraId: name,
    polygon: fc.array(point, { minLength: 3, maxLength: 6 }),
  }),
  fc.record({
    type: fc.constant("ground" as const),
    longitude: fc.integer({ min: -180, max: 180 }),
    latitude: fc.integer({ min: -90, max: 90 }),
    radiusMetres: fc.integer({ min: 1, max: 5_000 }),
  }),
);
const permit: fc.Arbitrary<Permit> = fc.record(
  {
    number: fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }),
    kinds: fc.uniqueArray(fc.constantFrom(...kinds), { minLength: 1 }),
    place,
    from: fc.constant("2026-01-01"),
    to: fc.constantFrom("2026-01-01", "2026-12-31"),
    hours: fc.array(
      fc
        .record({ startMinute: minute, endMinute: minute })
        .filter(({ startMinute, endMinute }) => startMinute !== endMinute),
      { maxLength: 2 },
    ),
    isConfirmed: fc.boolean(),
    appearance: fc.constant("0f".repeat(48)),
  },
  { requiredKeys: ["number", "kinds", "place", "from", "hours", "isConfirmed"] },
);

test("what is printed is read back as it was", () => {
  fc.assert(
    fc.property(fc.array(permit, { maxLength: 5 }), (permits) => {
      const printed = permits.map((each) => ({ permit: each, comment: "seen: often\nand again" }));
      const { register, errors } = read("list.yaml", printPermits("7", printed, "a list"));
      expect(errors).toEqual([]);
      expect(register).toMatchObject({ version: "7", permits });
    }),
  );
});

const csvFloods = [
  {
    name: "columns",
    text: Array.from({ length: 100_000 }, (_, at) => `c${at}`).join(","),
    want: /^1:1 expected at most 13 columns, found 100000/,
  },
  {
    name: "rows",
    text: `number\n${"x\n".repeat(400_000)}`,
    want: /^20002:1 expected at most 20000 rows, found 400000/,
  },
  {
    name: "wrong rows",
    text: `number\n${"x\n".repeat(20_000)}`,
    want: /^2:1 /,
  },
];
test.each(csvFloods)("$name without end are stopped early", ({ text, want }) => {
  const { register, errors } = read("list.csv", text);
  expect(register).toBeUndefined();
  expect(errors.length).toBeLessThanOrEqual(201);
  const [first] = errors;
  expect(`${first?.line}:${first?.column} ${first?.message}`).toMatch(want);
});
