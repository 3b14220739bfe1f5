import { expect, test } from "vitest";
import { Authorization } from "./authorization.ts";
import { parseChallenges } from "./challenge.ts";

const login = (password = "Circle Of Life"): Authorization =>
  new Authorization({
    credentials: { user: "Mufasa", password },
    makeClientNonce: () => "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
  });

// The examples of RFC 7616, section 3.9.1, and RFC 2617 without qop.
const rows = [
  {
    name: "SHA-256 with qop",
    challenge:
      'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
    password: "Circle of Life",
    want: 'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"',
  },
  {
    name: "MD5 with qop",
    challenge:
      'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
    password: "Circle of Life",
    want: 'response="8ca523f5e9506fed4657c9700eebdbec"',
  },
];
for (const { name, challenge, password, want } of rows) {
  test(name, () => {
    const authorization = login(password);
    expect(authorization.accept([challenge])).toBe(true);
    const header = authorization.headerFor("GET", "/dir/index.html");
    expect(header).toContain(want);
    expect(header).toContain("nc=00000001");
    expect(authorization.headerFor("GET", "/dir/index.html")).toContain("nc=00000002");
  });
}

test("the old form without qop has no client nonce", () => {
  const authorization = new Authorization({ credentials: { user: "u", password: "p" } });
  authorization.accept(['Digest realm="R", nonce="N"']);
  expect(authorization.headerFor("DESCRIBE", "rtsp://c/a")).toBe(
    'Digest username="u", realm="R", nonce="N", uri="rtsp://c/a", response="bbf5804c4a0dfef545756f15d9b461db"',
  );
});

test("the session form mixes the nonces into the secret", () => {
  const authorization = login();
  authorization.accept(['Digest realm="R", nonce="N", algorithm=MD5-sess, qop=auth']);
  expect(authorization.headerFor("PLAY", "rtsp://c/a")).toMatch(
    /algorithm=MD5-sess, qop=auth, nc=00000001, cnonce=/,
  );
});

test("the strongest challenge is answered, unknown ones are passed over", () => {
  const offered = [
    'Basic realm="a"',
    'Digest realm="b", nonce="1", algorithm=MD5',
    'Digest realm="b", nonce="2", algorithm=SHA-256',
    'Digest realm="b", nonce="3", algorithm=SHA-512-256',
    'Digest realm="b", nonce="4", qop="auth-int"',
    "Negotiate",
  ];
  const authorization = login();
  expect(authorization.accept(offered)).toBe(true);
  expect(authorization.headerFor("OPTIONS", "*")).toContain('nonce="2"');
  expect(login().accept(["Negotiate", 'Digest realm="x"'])).toBe(false);
  const careful = new Authorization({
    credentials: { user: "u", password: "p" },
    isBasicAllowed: false,
  });
  expect(careful.accept(['Basic realm="a"'])).toBe(false);
});

test("a wrong password is tried once, a stale nonce is answered again", () => {
  const authorization = login();
  expect(authorization.accept(['Digest realm="r", nonce="1"'])).toBe(true);
  expect(authorization.accept(['Digest realm="r", nonce="2"'])).toBe(false);
  expect(authorization.accept(['Digest realm="r", nonce="3", stale=TRUE'])).toBe(true);
  authorization.confirm();
  expect(authorization.accept(['Digest realm="r", nonce="4"'])).toBe(true);
  expect(authorization.accept(['Digest realm="r", nonce="5"'])).toBe(false);
});

test("challenges: several in a header, missing quotes, escaped quotes", () => {
  expect(
    parseChallenges('Digest realm="a \\"b\\"", nonce=abc, stale=false, Basic realm=cam'),
  ).toEqual([
    expect.objectContaining({ scheme: "digest", realm: 'a "b"', nonce: "abc", isStale: false }),
    { scheme: "basic", realm: "cam" },
  ]);
  expect(parseChallenges("")).toEqual([]);
  expect(parseChallenges('Digest realm="never closed, nonce=')).toEqual([]);
});
