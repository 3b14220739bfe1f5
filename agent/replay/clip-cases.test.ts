/** Lists of clips: where their files lie, what they ask for, and what is wrong with a wrong one. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readClipCases } from "./clip-cases.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-cases-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(text: string, clipFolder?: string) {
  const path = join(folder, "cases.yaml");
  await writeFile(path, text);
  return await readClipCases(path, clipFolder);
}

const coach = `cases:
  - name: coach
    clip: coach.mp4
    config: stop.yaml
    loop: 3
    violations:
      - { zone: stop, thing: coach, warnedAt: 5s, reportedAt: 1m }
    allow: { missed: 1 }
    why: small
  - { name: road, clip: road.mp4, config: road.yaml }
`;

test("files lie beside the list, clips where they are said to be", async () => {
  const [first, second] = await read(coach, "/clips");
  expect(first).toMatchObject({
    clip: "/clips/coach.mp4",
    config: join(folder, "stop.yaml"),
    loop: 3,
    allow: { missed: 1, wrong: 0 },
    why: "small",
  });
  expect(first?.truth.violations).toMatchObject([
    {
      kind: "illegal-parking",
      zone: "stop",
      warnedAtMs: 5_000,
      reportedAtMs: 60_000,
      endedAtMs: null,
    },
  ]);
  expect(second).toMatchObject({ loop: 1, allow: { missed: 0, wrong: 0 } });
  expect((await read(coach))[1]?.clip).toBe(join(folder, "road.mp4"));
});

const wrong = [
  { name: "no list", text: "clips: []", want: /no list of clips: cases:/ },
  {
    name: "a key it does not know",
    text: "cases: [{ name: a, clip: b, config: c, speed: 2 }]",
    want: /speed/,
  },
  {
    name: "a time that is none",
    text: "cases: [{ name: a, clip: b, config: c, violations: [{ zone: z, warnedAt: soon }] }]",
    want: /cases\.0\.violations\.0\.warnedAt: expected a time such as 10s/,
  },
  {
    name: "a kind that is none",
    text: "cases: [{ name: a, clip: b, config: c, violations: [{ zone: z, kind: parking }] }]",
    want: /case a of .*violations\.0\.kind/,
  },
];
for (const { name, text, want } of wrong) {
  test(`${name} is said`, async () => {
    await expect(read(text)).rejects.toThrow(want);
  });
}
