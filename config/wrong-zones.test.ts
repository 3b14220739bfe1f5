/**
 * Wrong files (views, zones and rules that cannot be meant): every finding of each, to the letter.
 *
 * A row is the right file of `testing/written.ts` with one change. All findings are listed, so that
 * a row also shows what is not said besides.
 */
import { expect, test } from "vitest";
import { changed, findingLines, loadWritten } from "./testing/written.ts";

const rows: readonly {
  readonly name: string;
  readonly text: string;
  readonly want: readonly string[];
}[] = [
  {
    name: "masks that would hide less than was meant",
    text: changed(
      "    views:",
      `    masks:
      - [[0, 0], [300, 0], [0, 200]]
      - [[0, 0], [0.5, 0.5], [1, 1]]
      - [[0, 0], [1, 1], [1, 0], [0, 1]]
    views:`,
    ),
    want: [
      "9:9 cameras[0].masks[0] | the mask's point [300, 0] lies outside the picture: both numbers are 0 to 1 (pixels? divide by the picture's width and height)",
      "10:9 cameras[0].masks[1] | the mask's points lie on one line: it would hide nothing",
      "11:9 cameras[0].masks[2] | the mask's edges cross: list its corners in the order of the outline",
    ],
  },
  {
    name: "a crop upside down",
    text: changed("[0, 0.3, 1, 1]", "[0, 1, 1, 0.3]"),
    want: [
      "9:27 cameras[0].views[0].crop | the crop [0, 1, 1, 0.3] is turned round or empty: expected [left, top, right, bottom] with left < right and top < bottom",
    ],
  },
  {
    name: "a crop beyond the edge",
    text: changed("[0, 0.3, 1, 1]", "[0, 0.3, 1, 1.2]"),
    want: [
      "9:27 cameras[0].views[0].crop | the crop [0, 0.3, 1, 1.2] reaches out of the picture: all four are 0 to 1",
    ],
  },
  {
    name: "a crop in pixels",
    text: changed("[0, 0.3, 1, 1]", "[0, 300, 1920, 1080]"),
    want: [
      "9:27 cameras[0].views[0].crop | the crop [0, 300, 1920, 1080] reaches out of the picture: all four are 0 to 1 (pixels? divide by the picture's width and height)",
    ],
  },
  {
    name: "a crop of a few pixels",
    text: changed("[0, 0.3, 1, 1]", "[0.5, 0.5, 0.51, 0.6]"),
    want: [
      "9:27 cameras[0].views[0].crop | the crop [0.5, 0.5, 0.51, 0.6] is too small: expected at least 0.02 of the picture in width and height",
    ],
  },
  {
    name: "a mistyped model",
    text: changed("every: 2s", "every: 2s, model: yolo-nano"),
    want: [
      '9:61 cameras[0].views[0].model | unknown model "yolo-nano", did you mean "yolox-nano"?',
    ],
  },
  {
    name: "an unknown model",
    text: changed("every: 2s", "every: 2s, model: resnet"),
    want: [
      '9:61 cameras[0].views[0].model | unknown model "resnet", known here: street-nano, yolox-nano, deimv2-atto',
    ],
  },
  {
    name: "an analysis that no look can use again",
    text: changed("every: 2s", "every: 2s, reuse: 2s"),
    want: [
      "9:61 cameras[0].views[0].reuse | no look comes within the 2s that an analysis may be used again: the view looks every 2s",
    ],
  },
  {
    name: "a substream that is not there",
    text: changed("every: 2s", "every: 2s, stream: sub"),
    want: [
      '9:62 cameras[0].views[0].stream | the view "kerb" looks at the substream, and the camera "east" has no "substream"',
    ],
  },
  {
    name: "a view twice",
    text: changed("    zones:", "      - { id: kerb }\n    zones:"),
    want: ['10:15 cameras[0].views[1].id | the view id "kerb" is already used at t.yaml:9'],
  },
  {
    name: "a zone twice",
    text: changed(
      /(?<=reportAfter: 5m }\n)$/,
      "      - { id: bus-stop, polygon: [[0.1, 0.6], [0.5, 0.6], [0.5, 0.9]], rules: [{ kind: illegal-parking }] }\n",
    ),
    want: ['15:15 cameras[0].zones[1].id | the zone id "bus-stop" is already used at t.yaml:11'],
  },
  {
    name: "a camera twice",
    text: changed(
      /(?<=reportAfter: 5m }\n)$/,
      "  - { id: east, url: rtsp://192.0.2.12/, location: [116.6, 23.6], zones: [{ id: z, polygon: [[0, 0], [1, 0], [1, 1]], rules: [{ kind: illegal-parking }] }] }\n",
    ),
    want: ['15:11 cameras[1].id | the camera id "east" is already used at t.yaml:5'],
  },
  {
    name: "an outline that crosses itself",
    text: changed("[0.5, 0.9], [0.1, 0.9]", "[0.1, 0.9], [0.5, 0.9]"),
    want: [
      '12:18 cameras[0].zones[0].polygon | the outline of the zone "bus-stop" crosses itself: the edges that begin at point 2 and at point 4 meet',
    ],
  },
  {
    name: "an outline that runs back",
    text: changed("[0.5, 0.9], [0.1, 0.9]", "[0.5, 0.9], [0.5, 0.7]"),
    want: [
      '12:18 cameras[0].zones[0].polygon | the outline of the zone "bus-stop" crosses itself: the edges that begin at point 2 and at point 3 meet',
    ],
  },
  {
    name: "a tiny zone",
    text: changed(
      "[[0.1, 0.6], [0.5, 0.6], [0.5, 0.9], [0.1, 0.9]]",
      "[[0.1, 0.6], [0.11, 0.6], [0.11, 0.61]]",
    ),
    want: [
      '12:18 cameras[0].zones[0].polygon | the zone "bus-stop" is too small: 0.005 % of the picture, expected at least 0.05 %',
    ],
  },
  {
    name: "a point outside",
    text: changed("[0.5, 0.6]", "[1.5, 0.6]"),
    want: [
      '12:31 cameras[0].zones[0].polygon[1] | the point [1.5, 0.6] of the zone "bus-stop" lies outside the picture: both numbers are 0 to 1',
    ],
  },
  {
    name: "a point in pixels",
    text: changed("[0.5, 0.6]", "[960, 648]"),
    want: [
      '12:31 cameras[0].zones[0].polygon[1] | the point [960, 648] of the zone "bus-stop" lies outside the picture: both numbers are 0 to 1 (pixels? divide by the picture\'s width and height)',
    ],
  },
  {
    name: "points on one line",
    text: changed(
      "[[0.1, 0.6], [0.5, 0.6], [0.5, 0.9], [0.1, 0.9]]",
      "[[0.1, 0.6], [0.5, 0.6], [0.9, 0.6]]",
    ),
    want: ['12:18 cameras[0].zones[0].polygon | all points of the zone "bus-stop" lie on one line'],
  },
  {
    name: "one point three times",
    text: changed(
      "[[0.1, 0.6], [0.5, 0.6], [0.5, 0.9], [0.1, 0.9]]",
      "[[0.1, 0.6], [0.1, 0.6], [0.1, 0.6]]",
    ),
    want: [
      '12:18 cameras[0].zones[0].polygon | the zone "bus-stop" has fewer than 3 different points',
      'W 12:18 cameras[0].zones[0].polygon | the zone "bus-stop" repeats a point: the outline closes by itself, leave the repetition out',
    ],
  },
  {
    name: "a zone that no view sees",
    text: changed(
      "[[0.1, 0.6], [0.5, 0.6], [0.5, 0.9], [0.1, 0.9]]",
      "[[0.1, 0.1], [0.5, 0.1], [0.5, 0.2]]",
    ),
    want: [
      '11:9 cameras[0].zones[0] | no view sees the zone "bus-stop": it lies outside the crops of kerb',
    ],
  },
  {
    name: "a mistyped view",
    text: changed("        polygon", "        within: kreb\n        polygon"),
    want: ['12:17 cameras[0].zones[0].within | unknown view "kreb", did you mean "kerb"?'],
  },
  {
    name: "an unknown view",
    text: changed("        polygon", "        within: left\n        polygon"),
    want: ['12:17 cameras[0].zones[0].within | unknown view "left", views of this camera: kerb'],
  },
  {
    name: "thresholds out of order",
    text: changed("warnAfter: 1m", "warnAfter: 10m"),
    want: [
      "14:49 cameras[0].zones[0].rules[0].warnAfter | warnAfter (10m) is longer than reportAfter (5m)",
    ],
  },
  {
    name: "a threshold beyond the default",
    text: changed(/warnAfter: 1m, reportAfter: 5m/, "warnAfter: 6m"),
    want: [
      "14:49 cameras[0].zones[0].rules[0].warnAfter | warnAfter (6m) is longer than reportAfter (5m, the default)",
    ],
  },
  {
    name: "a threshold beyond the default of one sub-kind",
    text: changed(/kind: illegal-parking, .* }/, "kind: overflowing-bin, warnAfter: 25m }"),
    want: [
      "14:49 cameras[0].zones[0].rules[0].warnAfter | warnAfter of exposed-garbage (25m) is longer than reportAfter (20m, the default)",
    ],
  },
  {
    name: "two rules for the same",
    text: changed(
      /(?<=reportAfter: 5m }\n)$/,
      "          - { kind: illegal-parking, of: [non-motor-vehicle, motor-vehicle] }\n",
    ),
    want: [
      '15:21 cameras[0].zones[0].rules[1].kind | the zone "bus-stop" has another rule that watches for motor-vehicle: say with "of" what each one watches for',
    ],
  },
  {
    name: "a rule that looks more often than its view",
    text: changed("warnAfter: 1m", "every: 1s"),
    want: [
      "14:45 cameras[0].zones[0].rules[0].every | the rule wants a look every 1s, and its view looks every 2s: raise the one or lower the other",
    ],
  },
  {
    name: "a window that ends before it begins",
    text: changed(
      "warnAfter: 1m",
      'allowed: [{ daily: "06:00-09:00", from: 2026-03-02, to: 2026-03-01 }]',
    ),
    want: [
      "14:78 cameras[0].zones[0].rules[0].allowed[0].from | the window begins on 2026-03-02 and ends before, on 2026-03-01",
    ],
  },
  {
    name: "the rules of an unknown zone",
    text: changed(/rules:\n.*/, "rulesFrom: bus"),
    want: ['13:20 cameras[0].zones[0].rulesFrom | unknown zone "bus"'],
  },
  {
    name: "the rules of itself",
    text: changed(/rules:\n.*/, "rulesFrom: bus-stop"),
    want: ['13:20 cameras[0].zones[0].rulesFrom | the zone "bus-stop" takes its rules from itself'],
  },
  {
    name: "rules of two sorts",
    text: changed("        rules:", "        rulesFrom: other\n        rules:"),
    want: [
      '13:20 cameras[0].zones[0].rulesFrom | the zone "bus-stop" has both "rules" and "rulesFrom": expected one of them',
    ],
  },
  {
    name: "rules of a zone without rules",
    text: changed(
      /(?<=reportAfter: 5m }\n)$/,
      "      - { id: a, polygon: [[0.1, 0.6], [0.5, 0.6], [0.5, 0.9]], rulesFrom: b }\n      - { id: b, polygon: [[0.1, 0.6], [0.5, 0.6], [0.5, 0.9]], rulesFrom: bus-stop }\n",
    ),
    want: [
      '15:76 cameras[0].zones[1].rulesFrom | the zone "b" has no rules of its own: expected a zone with "rules"',
    ],
  },
  {
    name: "times of a school where there is none",
    text: changed("reportAfter: 5m", "reportAfter: 5m, urgent: { warnAfter: 10s }"),
    want: [
      '14:78 cameras[0].zones[0].rules[0].urgent | the zone "bus-stop" has no tag that these times belong to: expected school or hospital in "tags"',
    ],
  },
  {
    name: "a warning behind the report in the hours of a school",
    text: changed("reportAfter: 5m", "reportAfter: 5m, urgent: { warnAfter: 6m }").replace(
      "        polygon",
      "        tags: [school]\n        polygon",
    ),
    want: [
      "15:78 cameras[0].zones[0].rules[0].urgent | warnAfter (6m) is longer than reportAfter (5m) in the hours of the tag",
    ],
  },
  {
    name: "borrowed rules that do not fit the tags",
    text: changed(
      /warnAfter: 1m, reportAfter: 5m[\s\S]*$/,
      "warnAfter: 3m }\n      - { id: lane, tags: [fire-lane], polygon: [[0.1, 0.6], [0.5, 0.6], [0.5, 0.9]], rulesFrom: bus-stop }\n",
    ),
    want: [
      "15:98 cameras[0].zones[1].rulesFrom | warnAfter (3m) is longer than reportAfter (2m, the default)",
    ],
  },
];

for (const { name, text, want } of rows) {
  test(name, () => {
    const result = loadWritten(text);
    expect(findingLines(result)).toEqual(want);
    expect(result.ok).toBe(false);
  });
}
