import { expect, test } from "vitest";
import { withoutCredentials } from "../capture-error.ts";
import { credentialsOf, parseRtspAddress, publicAddress } from "./address.ts";

const rows = [
  {
    text: "rtsp://cam/main",
    want: { host: "cam", port: 554, isTls: false, uri: "rtsp://cam/main", credentials: undefined },
  },
  { text: "rtsps://cam", want: { host: "cam", port: 322, isTls: true, uri: "rtsps://cam" } },
  {
    text: "RTSP://cam:8554/a?channel=1&subtype=0",
    want: { port: 8_554, uri: "rtsp://cam:8554/a?channel=1&subtype=0" },
  },
  {
    text: "rtsp://u:p@cam/a",
    want: { uri: "rtsp://cam/a", credentials: { user: "u", password: "p" } },
  },
  { text: "rtsp://u:p%40ss@cam/a", want: { credentials: { user: "u", password: "p@ss" } } },
  {
    text: "rtsp://u:p@ss@cam/a",
    want: { host: "cam", credentials: { user: "u", password: "p@ss" } },
  },
  { text: "rtsp://u:pa:ss@cam/a", want: { credentials: { user: "u", password: "pa:ss" } } },
  { text: "rtsp://u:50%@cam/a", want: { credentials: { user: "u", password: "50%" } } },
  {
    text: "rtsp://u:a/b@cam/a",
    want: { host: "cam", uri: "rtsp://cam/a", credentials: { user: "u", password: "a/b" } },
  },
  { text: "rtsp://u@cam/a", want: { credentials: { user: "u", password: "" } } },
  {
    text: "rtsp://cam:554/a@b",
    want: { host: "cam", uri: "rtsp://cam:554/a@b", credentials: undefined },
  },
  { text: "rtsp://[fe80::1%25eth0]:554/a", want: { host: "fe80::1%25eth0", port: 554 } },
];
for (const { text, want } of rows) {
  test(text, () => expect(parseRtspAddress(text)).toMatchObject(want));
}

const wrong = [
  "",
  "cam/main",
  "http://cam/a",
  "rtsp://",
  "rtsp://:554/a",
  "rtsp://cam:0/a",
  "rtsp://cam:99999/a",
  "rtsp://ca m/a",
];
for (const text of wrong) {
  test(`${JSON.stringify(text)} is no camera's address`, () => {
    expect(() => parseRtspAddress(text)).toThrow(expect.objectContaining({ failure: "not-found" }));
  });
}

test("credentials leave a text", () => {
  expect(withoutCredentials("rtsp://u:p@ss@cam/a and http://x:y@h/")).toBe(
    "rtsp://***@cam/a and http://***@h/",
  );
  expect(withoutCredentials("Authorization: Basic dTpw and more")).toBe("Authorization: Basic ***");
});

const shown = [
  { url: "rtsp://u:a/b@cam/a", want: "rtsp://***@cam/a", password: "a/b" },
  { url: "https://u:p%40@cam/a?x=@", want: "https://***@cam/a?x=@", password: "p@" },
  { url: "http://cam/a@b", want: "http://cam/a@b", password: undefined },
  { url: "file:///a@b:c", want: "file:///a@b:c", password: undefined },
];
for (const { url, want, password } of shown) {
  test(`${url} is shown without its login`, () => {
    expect(publicAddress(url)).toBe(want);
    expect(credentialsOf(url)?.password).toBe(password);
  });
}
