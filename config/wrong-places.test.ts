/**
 * Wrong files (positions, addresses, files and tables that cannot be meant): every finding of each, to the letter.
 *
 * A row is the right file of `testing/written.ts` with one change. All findings are listed, so that
 * a row also shows what is not said besides.
 */
import { expect, test } from "vitest";
import { changed, type Files, findingLines, loadWritten } from "./testing/written.ts";

const files: Files = {
  "/c/not.pem": "hello",
  "/c/cert.pem": "-----BEGIN CERTIFICATE-----\n",
  "/c/locked.pem": "-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
  "/c/cal.json":
    '{"version":"x","years":[{"year":2026,"holidays":["2026-13-01"],"makeupWorkday":[]}]}',
  "/c/matters.json":
    '{"standard":"s","edition":"1","codes":{"stall":{"code":"1234","name":"n","objectType":"matter"}}}',
};

const rows: readonly {
  readonly name: string;
  readonly text: string;
  readonly want: readonly string[];
}[] = [
  {
    name: "a swapped position",
    text: changed("[116.647, 23.67]", "[23.67, 116.647]"),
    want: [
      "2:55 device.location | the position [23.67, 116.647] looks swapped: expected [longitude, latitude], which would be [116.647, 23.67]",
    ],
  },
  {
    name: "a swapped position in the west",
    text: changed("[116.648, 23.671]", "[39.5, 76.1]"),
    want: [
      "7:15 cameras[0].location | the position [39.5, 76.1] looks swapped: expected [longitude, latitude], which would be [76.1, 39.5]",
    ],
  },
  {
    name: "a latitude above 90",
    text: changed("[116.647, 23.67]", "[10, 95.5]"),
    want: [
      "2:55 device.location | the position [10, 95.5] looks swapped: expected [longitude, latitude], which would be [95.5, 10]",
    ],
  },
  {
    name: "a latitude above 90 that fits nowhere",
    text: changed("[116.647, 23.67]", "[60, 195]"),
    want: [
      "2:55 device.location | the latitude 195 does not exist: expected [longitude, latitude] in degrees, found [60, 195]",
    ],
  },
  {
    name: "a longitude above 180",
    text: changed("[116.647, 23.67]", "[200, 23]"),
    want: [
      "2:55 device.location | the longitude 200 does not exist: expected [longitude, latitude] in degrees, found [200, 23]",
    ],
  },
  {
    name: "a mistyped time zone",
    text: changed("location: [116.647", "timezone: Asia/Shangai, location: [116.647"),
    want: [
      '2:55 device.timezone | the time zone "Asia/Shangai" does not exist, did you mean "Asia/Shanghai"?',
    ],
  },
  {
    name: "an offset as a time zone",
    text: changed("location: [116.647", "timezone: '+08:00', location: [116.647"),
    want: [
      '2:55 device.timezone | the time zone "+08:00" does not exist, expected an IANA name such as Asia/Shanghai',
    ],
  },
  {
    name: "a grid of another division",
    text: changed("location: [116.647", "grid: '110101001001001', location: [116.647"),
    want: ["2:51 device.grid | the grid 110101001001001 does not begin with the division 445102"],
  },
  {
    name: "a hub with http",
    text: changed("mqtts://", "http://"),
    want: ['3:13 hub.url | the address begins with "http:", expected one of mqtt, mqtts, ws, wss'],
  },
  {
    name: "a mistyped scheme of the hub",
    text: changed("mqtts://", "mqqts://"),
    want: [
      '3:13 hub.url | the address begins with "mqqts:", expected one of mqtt, mqtts, ws, wss, did you mean "mqtts"?',
    ],
  },
  {
    name: "a hub without a host",
    text: changed("mqtts://hub.example.city", "mqtts://:8883"),
    want: ["3:13 hub.url | the address names no host"],
  },
  {
    name: "a hub with a path",
    text: changed('hub.example.city"', 'hub.example.city/mqtt"'),
    want: ['3:13 hub.url | an address with mqtts has no path, found "/mqtt"'],
  },
  {
    name: "a login in the hub's address",
    text: changed("mqtts://hub", "mqtts://me:pw@hub"),
    want: [
      '3:13 hub.url | the address holds a user: give it as "user" and "password" beside the url',
    ],
  },
  {
    name: "a port above 65535",
    text: changed("hub.example.city", "hub.example.city:99999"),
    want: ["3:13 hub.url | expected HOST or HOST:PORT after the two slashes"],
  },
  {
    name: "a hub without a scheme",
    text: changed("mqtts://hub.example.city", "hub.example.city"),
    want: ["3:13 hub.url | expected an address such as mqtts://hub.example.city"],
  },
  {
    name: "a password without a user",
    text: changed(" user: box,", ""),
    want: ['3:51 hub.password | a password needs a "user" beside it'],
  },
  {
    name: "a certificate without its key",
    text: changed("user: box", "user: box, cert: c.pem"),
    want: [
      '3:58 hub.cert | "cert" needs "key" beside it',
      "3:58 hub.cert | the file c.pem does not exist",
    ],
  },
  {
    name: "an authority that is not there",
    text: changed("user: box", "user: box, ca: nope.pem"),
    want: ["3:56 hub.ca | the file nope.pem does not exist"],
  },
  {
    name: "an authority that is none",
    text: changed("user: box", "user: box, ca: not.pem"),
    want: ["3:56 hub.ca | the file not.pem holds no certificate in PEM form"],
  },
  {
    name: "a key that needs a passphrase",
    text: changed(/user: box.*/, "cert: cert.pem, key: locked.pem }"),
    want: [
      "3:62 hub.key | the key in locked.pem needs a passphrase, which nobody could type here: store it without one, readable for its user alone",
    ],
  },
  {
    name: "an authority that is a folder",
    text: changed("user: box", "user: box, ca: ."),
    want: ["3:56 hub.ca | the file . is a folder, not a file"],
  },
  {
    name: "a mistyped scheme",
    text: changed("rtsp://", "rtps://"),
    want: [
      '6:10 cameras[0].url | the address begins with "rtps:", expected one of rtsp, rtsps, http, https, file, did you mean "rtsp"?',
    ],
  },
  {
    name: "a scheme of another thing",
    text: changed("rtsp://", "onvif://"),
    want: [
      '6:10 cameras[0].url | the address begins with "onvif:", expected one of rtsp, rtsps, http, https, file',
    ],
  },
  {
    name: "no scheme",
    text: changed(`rtsp://cam:\${env:CAM_PW}@`, ""),
    want: ["6:10 cameras[0].url | expected an address such as rtsp://192.0.2.11/main"],
  },
  {
    name: "a space in an address",
    text: changed("/main", "/ma in"),
    want: ["6:10 cameras[0].url | the address holds a space or a line break"],
  },
  {
    name: "port 0",
    text: changed("192.0.2.11", "192.0.2.11:0"),
    want: ["6:10 cameras[0].url | expected HOST or HOST:PORT after the two slashes"],
  },
  {
    name: "no host",
    text: changed("@192.0.2.11", "@"),
    want: ["6:10 cameras[0].url | the address names no host"],
  },
  {
    name: "a file on a host",
    text: changed(/url: rtsp.*\n/, "url: file://host/x.mp4\n"),
    want: ["6:10 cameras[0].url | expected file:///absolute/name or file:name"],
  },
  {
    name: "an unknown calendar",
    text: changed("cameras:", "calendar: china\ncameras:"),
    want: ['4:11 calendar | unknown calendar "china", expected cn or the name of a file'],
  },
  {
    name: "a calendar that is not there",
    text: changed("cameras:", "calendar: nope.json\ncameras:"),
    want: ["4:11 calendar | the file nope.json does not exist"],
  },
  {
    name: "a wrong calendar",
    text: changed("cameras:", "calendar: cal.json\ncameras:"),
    want: [
      'cal.json:1:25 years[0].makeupWorkdays | "makeupWorkdays" is missing: expected a list',
      'cal.json:1:50 years[0].holidays[0] | expected a date such as 2026-10-01, found "2026-13-01"',
      'cal.json:1:64 years[0].makeupWorkday | unknown key "makeupWorkday", did you mean "makeupWorkdays"?',
    ],
  },
  {
    name: "an unknown matter table",
    text: changed("cameras:", "matters: gbt\ncameras:"),
    want: [
      '4:10 matters | unknown matter table "gbt", expected gb-t-47678.5-2026, gb-t-30428.2-2013 or the name of a file',
    ],
  },
  {
    name: "a matter table with holes",
    text: changed("cameras:", "matters: matters.json\ncameras:"),
    want: ["4:10 matters | the matter table has no code for motor-vehicle, which rules watch for"],
  },
  {
    name: "a matter table that does not know what a rule watches for",
    text: changed("cameras:", "matters: gb-t-30428.2-2013\ncameras:").replace(
      "kind: illegal-parking, warnAfter: 1m, reportAfter: 5m",
      "kind: overflowing-bin",
    ),
    want: ["4:10 matters | the matter table has no code for bin-overflow, which rules watch for"],
  },
];

for (const { name, text, want } of rows) {
  test(name, () => {
    const result = loadWritten(text, files);
    expect(findingLines(result)).toEqual(want);
    expect(result.ok).toBe(false);
  });
}
