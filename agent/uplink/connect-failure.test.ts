/** Whatever a broker or the system says about a login, its secret is not in the line that tells it. */
import { expect, test } from "vitest";
import { explainFailure } from "./connect-failure.ts";

const password = "pass/word&1";
const settings = {
  url: "mqtts://hub:8883",
  user: "box",
  password,
  protocol: "auto",
  keepAliveSeconds: 30,
  connectTimeoutMs: 15_000,
  clientId: "c",
} as const;

const echoes = [
  { name: "plain", text: password },
  { name: "escaped", text: encodeURIComponent(password) },
  { name: "in base64", text: btoa(`box:${password}`) },
  { name: "in hexadecimal", text: Buffer.from(password).toString("hex") },
];
for (const { name, text } of echoes) {
  test(`a password that the broker repeats ${name} is masked`, () => {
    const { message } = explainFailure(new Error(`no ${text} here`), settings);
    expect(message).toContain("***");
    expect(message).not.toContain(text);
  });
}

test("a user is told beside a password, and not where it may be a token itself", () => {
  const refused = Object.assign(new Error("refused"), { code: 0x86 });
  expect(explainFailure(refused, settings).message).toContain("(user box)");
  const { password: _, ...withToken } = { ...settings, user: "t0ken-of-the-box" };
  const { message } = explainFailure(refused, withToken);
  expect(message).toContain("(user as in hub.user)");
  expect(message).not.toContain("t0ken");
});
