/** Addresses as installers write them, and what the client gets of each. */
import { expect, test } from "vitest";
import { changed, loadWritten, secrets } from "./testing/written.ts";

const addressRows = [
  {
    name: "a literal password with an @",
    written: "rtsp://cam:p@ss@192.0.2.11/main",
    want: { user: "cam", host: "192.0.2.11", path: "/main", display: "rtsp://***@192.0.2.11/main" },
    password: "p@ss",
    secrets: ["p@ss"],
  },
  {
    name: "a literal password with a slash",
    written: "rtsp://cam:pass/word@192.0.2.11/main",
    want: { user: "cam", host: "192.0.2.11", path: "/main", display: "rtsp://***@192.0.2.11/main" },
    password: "pass/word",
  },
  {
    name: "an escaped password",
    written: "rtsp://cam:a%20b@192.0.2.11:8554/main",
    want: { host: "192.0.2.11", port: 8554, display: "rtsp://***@192.0.2.11:8554/main" },
    password: "a b",
  },
  {
    name: "an IPv6 address",
    written: '"rtsps://[2001:db8::1]:322/s?x=1"',
    want: {
      protocol: "rtsps",
      host: "2001:db8::1",
      port: 322,
      path: "/s?x=1",
      display: "rtsps://[2001:db8::1]:322/s?x=1",
    },
    password: undefined,
  },
  {
    name: "a query without a path",
    written: '"http://192.0.2.11?action=stream"',
    want: { protocol: "http", port: 80, path: "/?action=stream" },
    password: undefined,
  },
  {
    name: "a login in the query",
    written: '"http://192.0.2.11/v.cgi?user=admin&pwd=abc&x=1"',
    want: {
      path: "/v.cgi?user=admin&pwd=abc&x=1",
      display: "http://192.0.2.11/v.cgi?user=***&pwd=***&x=1",
    },
    password: undefined,
    secrets: ["abc"],
  },
  {
    name: "a token in the query with a slash and an escape",
    written: '"http://192.0.2.11/v?token=ab/c%3D_d&x=1"',
    want: { path: "/v?token=ab/c%3D_d&x=1", display: "http://192.0.2.11/v?token=***&x=1" },
    password: undefined,
    secrets: ["ab/c%3D_d", "ab/c=_d"],
  },
  {
    name: "a login in the path, as some makers want it",
    written: '"rtsp://192.0.2.11/user=admin_password=a_b_channel=1_stream=0.sdp"',
    want: { display: "rtsp://192.0.2.11/user=***_password=***_channel=1_stream=0.sdp" },
    password: undefined,
    secrets: ["a_b"],
  },
  {
    name: "a password from outside with a space in it",
    written: `rtsp://cam:\${env:SPACED}@192.0.2.11/main`,
    want: { user: "cam", host: "192.0.2.11", display: "rtsp://***@192.0.2.11/main" },
    password: "two words",
  },
  {
    name: "a token in the place of the user",
    written: `rtsp://\${env:STREAM_KEY}@192.0.2.11/main`,
    want: { user: "k-1", display: "rtsp://***@192.0.2.11/main" },
    password: undefined,
    secrets: ["k-1"],
  },
  {
    name: "an @ in the path is no login",
    written: "rtsp://192.0.2.11:554/live/@main",
    want: { host: "192.0.2.11", port: 554, user: undefined, path: "/live/@main" },
    password: undefined,
  },
  {
    name: "user and password in one variable",
    written: `rtsp://\${env:LOGIN}@192.0.2.11/main`,
    want: { user: "me", host: "192.0.2.11" },
    password: "p:w@x/",
  },
  {
    name: "the whole address in one variable",
    written: `\${env:URL}`,
    want: { user: "u", host: "192.0.2.9", path: "/x" },
    password: "pw",
  },
  {
    name: "a path from outside is not shown",
    written: `rtsp://192.0.2.11/\${env:STREAM_KEY}`,
    want: { path: "/k-1", display: "rtsp://192.0.2.11/***" },
    password: undefined,
    secrets: ["k-1"],
  },
  {
    name: "a file beside the configuration",
    written: "file:clips/a b.mp4",
    want: { protocol: "file", path: "/c/clips/a b.mp4" },
    password: undefined,
  },
  {
    name: "a file by its absolute name",
    written: "file:///data/a%20b.mp4",
    want: { protocol: "file", path: "/data/a b.mp4" },
    password: undefined,
  },
] as const;
for (const { name, written, want, password, ...more } of addressRows) {
  test(`address: ${name}`, () => {
    const env = {
      ...secrets,
      LOGIN: "me:p:w@x/",
      URL: "rtsp://u:pw@192.0.2.9/x",
      STREAM_KEY: "k-1",
      SPACED: "two words",
    };
    const result = loadWritten(changed(/url: rtsp.*/, `url: ${written}`), {}, { env });
    const address = result.ok ? result.config.cameras[0]?.main : undefined;
    expect(address).toMatchObject(want);
    expect(address?.password?.reveal()).toBe(password);
    const shown = [...new Set(address?.secrets.map((secret) => secret.reveal()))];
    const passwords = password === undefined ? [] : [password];
    expect(shown).toEqual("secrets" in more ? more.secrets : passwords);
  });
}
