/**
 * Wrong files (what is missing, unknown, or of the wrong sort): every finding of each, to the letter.
 *
 * A row is the right file of `testing/written.ts` with one change. All findings are listed, so that
 * a row also shows what is not said besides.
 */
import { expect, test } from "vitest";
import { changed, type Files, findingLines, loadWritten } from "./testing/written.ts";

const files: Files = {};

const rows: readonly {
  readonly name: string;
  readonly text: string;
  readonly want: readonly string[];
}[] = [
  {
    name: "evidence kept for less than an hour, in too few bytes, and perhaps",
    text: changed(
      "version: 1\n",
      "version: 1\nevidence: { pictures: maybe, keep: { age: 10m, bytes: 1MiB } }\n",
    ),
    want: [
      '2:23 evidence.pictures | expected true or false, found "maybe"',
      '2:43 evidence.keep.age | expected a duration from 1h to 3650d, found "10m"',
      '2:55 evidence.keep.bytes | expected a size from 16MiB to 65536GiB, found "1MiB"',
    ],
  },
  {
    name: "stills of too high a quality, a narrow composite, a site published on no day",
    text: changed(
      "version: 1\n",
      "version: 1\nevidence: { quality: 100, compositeWidth: 12, site: { published: soon } }\n",
    ),
    want: [
      "2:22 evidence.quality | expected a whole number from 40 to 95, found 100",
      "2:43 evidence.compositeWidth | expected a whole number from 960 to 3840, found 12",
      '2:66 evidence.site.published | expected a date such as 2026-03-01, found "soon"',
    ],
  },
  {
    name: "masks from too high a score, plates half shown, a detector for them",
    text: changed(
      "version: 1\n",
      "version: 1\nevidence: { masks: { plates: half, threshold: 0.9, model: plates } }\n",
    ),
    want: [
      '2:30 evidence.masks.plates | expected one of masked, shown, found "half"',
      "2:47 evidence.masks.threshold | expected a score from 0.1 to 0.6, found 0.9",
      '2:52 evidence.masks.model | unknown key "model", known here: plates, threshold',
    ],
  },
  {
    name: "samples that are no number",
    text: changed("version: 1\n", "version: 1\nsamples: { keep: some, age: 10m }\n"),
    want: [
      '2:18 samples.keep | expected a whole number from 0 to 100000, found "some"',
      '2:29 samples.age | expected a duration from 1h to 365d, found "10m"',
    ],
  },
  {
    name: "no version",
    text: changed("version: 1\n", ""),
    want: ['1:1 version | "version" is missing: expected 1'],
  },
  {
    name: "version 2",
    text: changed("version: 1", "version: 2"),
    want: ["1:10 version | expected 1, found 2"],
  },
  {
    name: "the version as a text",
    text: changed("version: 1", 'version: "1"'),
    want: ['1:10 version | expected 1, found "1": leave the quotes out'],
  },
  {
    name: "no device",
    text: changed(/device:.*\n/, ""),
    want: ['1:1 device | "device" is missing: expected keys with values'],
  },
  {
    name: "a text for the device",
    text: changed(/device:.*\n/, "device: box\n"),
    want: ['2:9 device | expected keys with values, found "box"'],
  },
  {
    name: "capitals in an id",
    text: changed("corner-1", "Corner-1"),
    want: [
      '2:15 device.id | expected an id of 1 to 41 small letters, digits and hyphens that begins with a letter or digit, found "Corner-1"',
    ],
  },
  {
    name: "a number as an id",
    text: changed("corner-1", "12"),
    want: [
      "2:15 device.id | expected an id of 1 to 41 small letters, digits and hyphens that begins with a letter or digit, found 12: put it in quotes",
    ],
  },
  {
    name: "a long id",
    text: changed("corner-1", "cccccccccccccccccccccccccccccccccccccccccc"),
    want: [
      '2:15 device.id | expected an id of 1 to 41 small letters, digits and hyphens that begins with a letter or digit, found "cccccccccccccccccccccccccccccccccccccccccc"',
    ],
  },
  {
    name: "a list as an id",
    text: changed("corner-1", "[a, b]"),
    want: [
      "2:15 device.id | expected an id of 1 to 41 small letters, digits and hyphens that begins with a letter or digit, found a list of 2 items",
    ],
  },
  {
    name: "the division as a number",
    text: changed('"445102"', "445102"),
    want: ["2:35 device.division | expected 6 digits, found 445102: put it in quotes"],
  },
  {
    name: "a short division",
    text: changed('"445102"', '"44510"'),
    want: ['2:35 device.division | expected 6 digits, found "44510"'],
  },
  {
    name: "half a position",
    text: changed("location: [116.647, 23.67]", "location: [116.647]"),
    want: [
      "2:55 device.location | expected [longitude, latitude], two numbers in degrees, found a list of 1 item",
    ],
  },
  {
    name: "a position as a text",
    text: changed("location: [116.647, 23.67]", 'location: "116.647, 23.67"'),
    want: [
      '2:55 device.location | expected [longitude, latitude], two numbers in degrees, found "116.647, 23.67"',
    ],
  },
  {
    name: "a mistyped key",
    text: changed("device: {", "device: { plase: x,"),
    want: ['2:11 device.plase | unknown key "plase", did you mean "place"?'],
  },
  {
    name: "a key that is like no other",
    text: changed("device: {", "device: { colour: red,"),
    want: [
      '2:11 device.colour | unknown key "colour", known here: id, division, place, location, timezone, grid',
    ],
  },
  {
    name: "a mistyped group",
    text: changed("cameras:", "camera:"),
    want: [
      '1:1 cameras | "cameras" is missing: expected a list of cameras',
      '4:1 camera | unknown key "camera", did you mean "cameras"?',
    ],
  },
  {
    name: "an MQTT version",
    text: changed("user: box", "user: box, protocol: 4"),
    want: ["3:62 hub.protocol | expected one of auto, 5, 3.1.1, found 4"],
  },
  {
    name: "no drain",
    text: changed("user: box", "user: box, drainPerSecond: 0"),
    want: ["3:68 hub.drainPerSecond | expected a whole number from 1 to 1000, found 0"],
  },
  {
    name: "yes is a text",
    text: changed("user: box", "user: box, acknowledge: yes"),
    want: ['3:65 hub.acknowledge | expected true or false, found "yes"'],
  },
  {
    name: "a short keep-alive",
    text: changed("user: box", "user: box, keepAlive: 1s"),
    want: ['3:63 hub.keepAlive | expected a duration from 5s to 10m, found "1s"'],
  },
  {
    name: "an empty list of cameras",
    text: changed(/cameras:[\s\S]*/, "cameras: []\n"),
    want: ["4:10 cameras | expected at least one camera, found an empty list"],
  },
  {
    name: "a mapping of cameras",
    text: changed(/cameras:[\s\S]*/, "cameras: { id: east }\n"),
    want: ["4:10 cameras | expected a list of cameras, found keys with values"],
  },
  {
    name: "nothing for cameras",
    text: changed(/cameras:[\s\S]*/, "cameras:\n"),
    want: ["4:1 cameras | expected a list of cameras, found nothing"],
  },
  {
    name: "no address",
    text: changed(/ {4}url: rtsp.*\n/, ""),
    want: [
      '5:5 cameras[0].url | "url" is missing: expected an address such as rtsp://192.0.2.11/main',
    ],
  },
  {
    name: "a number as an address",
    text: changed(/url: rtsp.*\n/, "url: 5\n"),
    want: [
      "6:10 cameras[0].url | expected an address such as rtsp://192.0.2.11/main, found a number",
    ],
  },
  {
    name: "a way to capture",
    text: changed("    views", "    capture: gstreamer\n    views"),
    want: ['8:14 cameras[0].capture | expected one of auto, rtsp, ffmpeg, found "gstreamer"'],
  },
  {
    name: "a crop of three",
    text: changed("[0, 0.3, 1, 1]", "[0, 0.3, 1]"),
    want: [
      "9:27 cameras[0].views[0].crop | expected [left, top, right, bottom], four numbers from 0 to 1, found a list of 3 items",
    ],
  },
  {
    name: "a period below 100ms",
    text: changed("every: 2s", "every: 50ms"),
    want: ['9:50 cameras[0].views[0].every | expected a duration from 100ms to 1d, found "50ms"'],
  },
  {
    name: "a period without a unit",
    text: changed("every: 2s", "every: 2"),
    want: [
      "9:50 cameras[0].views[0].every | expected a duration such as 500ms, 10s, 5m, 1h30m or 1d, found 2",
    ],
  },
  {
    name: "a period with another unit",
    text: changed("every: 2s", "every: 2sec"),
    want: [
      '9:50 cameras[0].views[0].every | expected a duration such as 500ms, 10s, 5m, 1h30m or 1d, found "2sec"',
    ],
  },
  {
    name: "an analysis that is used again for too long",
    text: changed("every: 2s", "every: 2s, reuse: 1h"),
    want: ['9:61 cameras[0].views[0].reuse | expected a duration from 0s to 5m, found "1h"'],
  },
  {
    name: "a stream",
    text: changed("every: 2s", "every: 2s, stream: both"),
    want: ['9:62 cameras[0].views[0].stream | expected one of main, sub, found "both"'],
  },
  {
    name: "a threshold of a label that there is not, and one that is no score",
    text: changed("every: 2s", "every: 2s, thresholds: { cars: 0.3, bus: 30 }"),
    want: [
      '9:68 cameras[0].views[0].thresholds.cars | unknown key "cars", did you mean "car"?',
      "9:84 cameras[0].views[0].thresholds.bus | expected a score from 0.05 to 1, found 30",
    ],
  },
  {
    name: "no views",
    text: changed("views:\n      - { id: kerb, crop: [0, 0.3, 1, 1], every: 2s }", "views: []"),
    want: ["8:12 cameras[0].views | expected at least one view, found an empty list"],
  },
  {
    name: "two points",
    text: changed("[0.5, 0.6], [0.5, 0.9], [0.1, 0.9]]", "[0.5, 0.6]]"),
    want: [
      "12:18 cameras[0].zones[0].polygon | expected at least 3 points, found a list of 2 items",
    ],
  },
  {
    name: "a point of three",
    text: changed("[0.5, 0.6]", "[0.5, 0.6, 0]"),
    want: [
      "12:31 cameras[0].zones[0].polygon[1] | expected [x, y], two numbers from 0 to 1, found a list of 3 items",
    ],
  },
  {
    name: "a mistyped kind",
    text: changed("illegal-parking", "ilegal-parking"),
    want: [
      '14:21 cameras[0].zones[0].rules[0].kind | expected one of street-vending, illegal-parking, overflowing-bin, unlicensed-signage, found "ilegal-parking", did you mean "illegal-parking"?',
    ],
  },
  {
    name: "a kind with an underscore",
    text: changed("illegal-parking", "illegal_parking"),
    want: [
      '14:21 cameras[0].zones[0].rules[0].kind | expected one of street-vending, illegal-parking, overflowing-bin, unlicensed-signage, found "illegal_parking", did you mean "illegal-parking"?',
    ],
  },
  {
    name: "daylight that is neither a word nor hours",
    text: changed(
      "{ kind: illegal-parking, warnAfter: 1m, reportAfter: 5m }",
      "{ kind: unlicensed-signage, daylight: noon }",
    ),
    want: [
      '14:51 cameras[0].zones[0].rules[0].daylight | expected sun, always, or hours such as "06:00-09:00" or "22:00-02:00", found "noon"',
    ],
  },
  {
    name: "an unknown kind",
    text: changed("illegal-parking", "graffiti"),
    want: [
      '14:21 cameras[0].zones[0].rules[0].kind | expected one of street-vending, illegal-parking, overflowing-bin, unlicensed-signage, found "graffiti"',
    ],
  },
  {
    name: "no kind",
    text: changed("kind: illegal-parking, ", ""),
    want: [
      '14:13 cameras[0].zones[0].rules[0].kind | "kind" is missing: expected one of street-vending, illegal-parking, overflowing-bin, unlicensed-signage',
    ],
  },
  {
    name: "a severity",
    text: changed("warnAfter: 1m", "severity: orange"),
    want: [
      '14:48 cameras[0].zones[0].rules[0].severity | expected one of blue, yellow, red, found "orange"',
    ],
  },
  {
    name: "a key of another kind",
    text: changed("warnAfter: 1m", "sightings: 3"),
    want: [
      '14:38 cameras[0].zones[0].rules[0].sightings | unknown key "sightings", known here: kind, of, every, warnAfter, reportAfter, clearAfter, urgent, recheckAfter, severity, allowed, recurrenceWindow, recurrenceCount, evidence, scoreMin, overlapMin, pileUp',
    ],
  },
  {
    name: "a sub-kind of another kind",
    text: changed("warnAfter: 1m", "of: [stall]"),
    want: [
      '14:43 cameras[0].zones[0].rules[0].of[0] | expected one of motor-vehicle, non-motor-vehicle, shared-bike-pile-up, found "stall"',
    ],
  },
  {
    name: "a rule of nothing",
    text: changed("warnAfter: 1m", "of: []"),
    want: [
      "14:42 cameras[0].zones[0].rules[0].of | expected at least one of motor-vehicle, non-motor-vehicle, shared-bike-pile-up, found an empty list",
    ],
  },
  {
    name: "a pile-up of one",
    text: changed("warnAfter: 1m", "pileUp: 1"),
    want: [
      "14:46 cameras[0].zones[0].rules[0].pileUp | expected a whole number from 2 to 100, found 1",
    ],
  },
  {
    name: "a bin without a name",
    text: changed(
      /kind: illegal-parking, .* }/,
      "kind: overflowing-bin, bins: [{ at: [0.2, 0.7] }] }",
    ),
    want: [
      '14:45 cameras[0].zones[0].rules[0].bins[0].id | "id" is missing: expected a text of 1 to 64 characters',
    ],
  },
  {
    name: "a grace without a unit",
    text: changed(/kind: illegal-parking, .* }/, "kind: street-vending, grace: 15 }"),
    want: [
      "14:44 cameras[0].zones[0].rules[0].grace | expected a duration such as 500ms, 10s, 5m, 1h30m or 1d, found 15",
    ],
  },
  {
    name: "hours of a tag that has none",
    text: changed(
      "cameras:",
      'severity: { tagHours: { market: [{ daily: "06:00-09:00" }] } }\ncameras:',
    ),
    want: ['4:25 severity.tagHours.market | unknown key "market", known here: school, hospital'],
  },
  {
    name: "an empty list of peak hours",
    text: changed("cameras:", "severity: { peakHours: [] }\ncameras:"),
    want: ["4:24 severity.peakHours | expected at least one window, found an empty list"],
  },
  {
    name: "a surge of one",
    text: changed("cameras:", "surge: { count: 1, factor: 0 }\ncameras:"),
    want: [
      "4:17 surge.count | expected a whole number from 2 to 1000, found 1",
      "4:28 surge.factor | expected a whole number from 1 to 100, found 0",
    ],
  },
  {
    name: "per cent",
    text: changed("warnAfter: 1m", "overlapMin: 50"),
    want: [
      "14:50 cameras[0].zones[0].rules[0].overlapMin | expected a number from 0 to 1, found 50",
    ],
  },
  {
    name: "a word for a group",
    text: changed("warnAfter: 1m", "evidence: complete"),
    want: [
      '14:48 cameras[0].zones[0].rules[0].evidence | expected keys with values, found "complete"',
    ],
  },
  {
    name: "hours without minutes",
    text: changed("warnAfter: 1m", 'allowed: [{ daily: "6-9" }]'),
    want: [
      '14:57 cameras[0].zones[0].rules[0].allowed[0].daily | expected hours such as "06:00-09:00" or "22:00-02:00", found "6-9"',
    ],
  },
  {
    name: "no hours at all",
    text: changed("warnAfter: 1m", 'allowed: [{ daily: "06:00-06:00" }]'),
    want: [
      '14:57 cameras[0].zones[0].rules[0].allowed[0].daily | expected hours such as "06:00-09:00" or "22:00-02:00", found "06:00-06:00"',
    ],
  },
  {
    name: "days in full",
    text: changed("warnAfter: 1m", 'allowed: [{ daily: "06:00-09:00", days: [monday, workdays] }]'),
    want: [
      '14:79 cameras[0].zones[0].rules[0].allowed[0].days[0] | expected one of mon, tue, wed, thu, fri, sat, sun, workday, restday, holiday, found "monday"',
      '14:87 cameras[0].zones[0].rules[0].allowed[0].days[1] | expected one of mon, tue, wed, thu, fri, sat, sun, workday, restday, holiday, found "workdays", did you mean "workday"?',
    ],
  },
  {
    name: "a date that does not exist",
    text: changed("warnAfter: 1m", 'allowed: [{ daily: "06:00-09:00", from: 2026-02-30 }]'),
    want: [
      '14:78 cameras[0].zones[0].rules[0].allowed[0].from | expected a date such as 2026-03-01, found "2026-02-30"',
    ],
  },
  {
    name: "a size without a unit",
    text: changed("cameras:", "limits: { outboxSize: 5 }\ncameras:"),
    want: ["4:23 limits.outboxSize | expected a size such as 512KiB, 16MiB or 2GB, found 5"],
  },
  {
    name: "more than there may be",
    text: changed(
      "cameras:",
      "limits: { ringSize: 1GiB, ringTime: 1h, ringTotal: 1MiB, freeDisk: 1KiB }\ncameras:",
    ),
    want: [
      '4:21 limits.ringSize | expected a size from 1MiB to 24MiB, found "1GiB"',
      '4:37 limits.ringTime | expected a duration from 1s to 10m, found "1h"',
      '4:52 limits.ringTotal | expected a size from 8MiB to 64GiB, found "1MiB"',
      '4:68 limits.freeDisk | expected a size from 1MiB to 1024GiB, found "1KiB"',
    ],
  },
  {
    name: "a port alone",
    text: changed("cameras:", "health: { listen: 9468 }\ncameras:"),
    want: ["4:19 health.listen | expected HOST:PORT such as 127.0.0.1:9468, or false, found 9468"],
  },
  {
    name: "a port that is no number",
    text: changed("cameras:", "health: { listen: 127.0.0.1:x }\ncameras:"),
    want: [
      '4:19 health.listen | expected HOST:PORT such as 127.0.0.1:9468, or false, found "127.0.0.1:x"',
    ],
  },
  {
    name: "a log level",
    text: changed("cameras:", "log: { level: verbose }\ncameras:"),
    want: ['4:15 log.level | expected one of debug, info, warn, error, found "verbose"'],
  },
  {
    name: "no workers, half a batch, many threads",
    text: changed("cameras:", "inference: { workers: 0, batchMax: 1.5, threads: many }\ncameras:"),
    want: [
      "4:23 inference.workers | expected a whole number from 1 to 64, or auto, found 0",
      "4:36 inference.batchMax | expected a whole number from 1 to 64, or auto, found 1.5",
      '4:50 inference.threads | expected a whole number from 1 to 64, or auto, found "many"',
    ],
  },
];

for (const { name, text, want } of rows) {
  test(name, () => {
    const result = loadWritten(text, files);
    expect(findingLines(result)).toEqual(want);
    expect(result.ok).toBe(false);
  });
}
