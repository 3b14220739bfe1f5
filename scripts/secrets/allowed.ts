/**
 * What looks like a secret and is none, each with its reason. A test fails for a row that nothing
 * in the repository needs any more: the list must not grow into a hole.
 */
export interface Allowed {
  readonly secret: string;
  readonly reason: string;
  /** Where it turns up. A process list is not always at hand: then `source` must hold it. */
  readonly in: "files" | "history" | "processes";
  readonly source?: string;
}

interface Group {
  readonly reason: string;
  readonly secrets: readonly string[];
  readonly in?: Allowed["in"];
  readonly source?: string;
}

const groups: readonly Group[] = [
  {
    reason: "password of a test, invented there, for a camera or broker that the test starts",
    secrets: [
      "hunter2",
      "hunter22",
      "secret",
      "secret-word",
      "s3cret-word",
      "br0ker-secret",
      "k3rb-side@secret/42",
      "canary-tls-login",
      "canary.Token/query=4",
      "another",
      "listens",
      "pass-word-1",
      "pass/word&1",
      "right",
      "secret-of-ours",
      "pa/ss",
      "sesame/open",
      "horse-battery-staple",
      "p@ss:w",
      // As latin1 shows it.
      "p@ss:w/\u00c3\u00b6",
      "t0ken/of=stream",
    ],
  },
  {
    reason: "password of a test that has changed since",
    secrets: ["horse%40battery%2Fstaple"],
    in: "history",
  },
  {
    reason: "an address in a test of how addresses are taken apart",
    secrets: [
      "50%",
      "554/a",
      "554/live/",
      "a%20b",
      "a/b",
      "p",
      "p%40",
      "p%40ss",
      "p:w@x/",
      "pa:ss",
      "pass/word",
      "pw",
      "y",
    ],
  },
  {
    reason: "how an address with a login looks, in a comment",
    secrets: ["password", "user:pa/ss@host/path"],
  },
  { reason: "password of the demo's cameras on loopback", secrets: ["demo-only"] },
  {
    reason: "passwords of the page's test users on loopback, and a guess",
    secrets: ["only-looks-1", "changes-zones-1", "sees-streets-1", "guessed"],
  },
  {
    reason: "published values of RFC 7616, for the test of Digest",
    secrets: [
      "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
      "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
      "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    ],
  },
  {
    reason: "the published example of a public key, of RFC 8410",
    // As it stands in a string, behind a line end.
    secrets: ["nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="],
  },
  {
    reason: "clients that test our camera server: ffmpeg takes a login in no other way",
    secrets: ["p%40ss%3Aw%2F%C3%B6", "wrong"],
    in: "processes",
    source: "test-fixtures/camera-server/ffmpeg-clients.e2e.test.ts",
  },
  {
    reason: "a client that tests GStreamer's server",
    secrets: ["p%40ss%3Aw"],
    in: "processes",
    source: "test-fixtures/gstreamer-server.e2e.test.ts",
  },
];

export const allowed: readonly Allowed[] = groups.flatMap(({ secrets, ...group }) =>
  secrets.map((secret) => ({ in: "files", ...group, secret })),
);
