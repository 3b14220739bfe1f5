/** Right files with something doubtful in them: they load, and each doubt is said once. */
import { expect, test } from "vitest";
import type { LoadOptions } from "./load.ts";
import { changed, findingLines, loadWritten, rightFile } from "./testing/written.ts";

const parking = "kind: illegal-parking, warnAfter: 1m, reportAfter: 5m";
const warningRows: readonly {
  readonly name: string;
  readonly text: string;
  readonly options?: Partial<LoadOptions>;
  readonly want: readonly string[];
}[] = [
  { name: "nothing", text: rightFile, want: [] },
  {
    name: "evidence that can never be complete",
    text: changed("warnAfter: 1m", "evidence: { require: complete }"),
    want: [
      "W 14:59 cameras[0].zones[0].rules[0].evidence.require | no evidence is ever complete, so nothing is reported by this rule: evidence.site.published is not named, evidence.site.legalReview is not named, evidence.site.technicalReview is not named, no map is named in regions",
    ],
  },
  {
    name: "no hub",
    text: changed(/hub:.*\n/, ""),
    want: ["W 1:1  | no hub is named: events stay in this box"],
  },
  {
    name: "a hub without encryption",
    text: changed("mqtts://", "mqtt://"),
    want: ["W 3:13 hub.url | the way to the hub is not encrypted: use mqtts"],
  },
  {
    name: "a hub on this machine",
    text: changed("mqtts://hub.example.city", "mqtt://127.0.0.1"),
    want: [],
  },
  {
    name: "passwords in the file",
    text: changed(/"\${env:HUB_PW}"/, "abc").replace(`\${env:CAM_PW}`, "xyz"),
    want: [
      `W 3:62 hub.password | the password stands in the file: write it as \${env:NAME} or \${file:NAME}`,
      `W 6:10 cameras[0].url | the password stands in the file: write it as \${env:NAME} or \${file:NAME}`,
    ],
  },
  {
    name: "a camera without a position",
    text: changed(/ {4}location.*\n/, ""),
    want: [
      'W 5:5 cameras[0] | the camera "east" has no "location": its events carry the position of the device',
    ],
  },
  {
    name: "no position at all",
    text: changed(/ {4}location.*\n/, "").replace(", location: [116.647, 23.67]", ""),
    want: ['W 5:5 cameras[0] | the camera "east" has no "location": its events carry no position'],
  },
  {
    name: "a position abroad",
    text: changed("[116.648, 23.671]", "[-0.08, 51.5]"),
    want: [
      "W 7:15 cameras[0].location | the position [-0.08, 51.5] lies outside the country of the division",
    ],
  },
  {
    name: "no zones",
    text: changed(/ {4}zones:[\s\S]*/, ""),
    want: ['W 5:5 cameras[0] | the camera "east" has no zones: nothing is reported from it'],
  },
  {
    name: "a zone without rules",
    text: changed(/ {8}rules:[\s\S]*/, ""),
    want: [
      'W 11:9 cameras[0].zones[0] | the zone "bus-stop" has no rules: nothing is reported from it',
    ],
  },
  {
    name: "a zone that is mostly out of view",
    text: changed("crop: [0, 0.3, 1, 1]", "crop: [0, 0.8, 1, 1]"),
    want: [
      'W 11:9 cameras[0].zones[0] | only 33 % of the zone "bus-stop" lies in a view: the rest is not looked at',
    ],
  },
  {
    name: "a closed outline",
    text: changed("[0.1, 0.9]]", "[0.1, 0.9], [0.1, 0.6]]"),
    want: [
      'W 12:18 cameras[0].zones[0].polygon | the zone "bus-stop" repeats a point: the outline closes by itself, leave the repetition out',
    ],
  },
  {
    name: "a kind that this version does not run",
    text: changed(parking, "kind: overflowing-bin"),
    options: { kindsRun: ["illegal-parking"] },
    want: [
      "W 14:21 cameras[0].zones[0].rules[0].kind | this version does not run rules of the kind overflowing-bin yet: the rule is ignored",
    ],
  },
  {
    name: "a camera with any certificate",
    text: changed("    views", "    tls: { insecure: true }\n    views"),
    want: [
      'W 8:22 cameras[0].tls.insecure | any certificate is accepted from the camera "east": its password can be read on the way',
    ],
  },
  {
    name: "health for the whole network",
    text: changed("cameras:", "health: { listen: 0.0.0.0:80 }\ncameras:"),
    want: [
      "W 4:19 health.listen | health and metrics are served to the network (0.0.0.0): anybody there can read them",
    ],
  },
];
for (const { name, text, options, want } of warningRows) {
  test(`warned of: ${name}`, () => {
    const result = loadWritten(text, {}, options);
    expect(result.ok).toBe(true);
    expect(findingLines(result)).toEqual(want);
  });
}

const dayTypes = changed("warnAfter: 1m", 'allowed: [{ daily: "06:00-09:00", days: [workday] }]');
const calendarRows = [
  { name: "a year that is known", at: "2026-09-30T15:59:59Z", purpose: "error", want: [] },
  {
    name: "from 1 October, local time, the next year is missed",
    at: "2026-09-30T16:00:00Z",
    purpose: "error",
    want: [
      "W 14:78 cameras[0].zones[0].rules[0].allowed[0].days | the calendar cn-2026.1 has no data for 2027 yet: bring a newer one before the year ends",
    ],
  },
  {
    name: "a year without data fails the check",
    at: "2027-01-01T00:00:00Z",
    purpose: "error",
    want: [
      "14:78 cameras[0].zones[0].rules[0].allowed[0].days | the calendar cn-2026.1 has no data for 2027, and this window names kinds of days",
    ],
  },
  {
    name: "an agent that starts goes on with plain weekdays",
    at: "2027-01-01T00:00:00Z",
    purpose: "warning",
    want: [
      "W 14:78 cameras[0].zones[0].rules[0].allowed[0].days | the calendar cn-2026.1 has no data for 2027, and this window names kinds of days: plain weekdays are used",
    ],
  },
] as const;
for (const { name, at, purpose, want } of calendarRows) {
  test(`calendar: ${name}`, () => {
    const options = { nowMs: Date.parse(at), missingCalendarYear: purpose };
    expect(findingLines(loadWritten(dayTypes, {}, options))).toEqual(want);
  });
}
