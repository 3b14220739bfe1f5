/** Wrong use of `kerbside hub verdict` and `hub test`; the right use is in `verdict.e2e.test.ts`. */
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { freePort } from "../../test-fixtures/free-port.ts";
import { startEmbeddedBroker } from "../hub/embedded-broker.ts";
import { runLine } from "./main.ts";
import { testIo } from "./testing.ts";

async function run(line: string) {
  const io = testIo();
  const code = await runLine(["hub", ...line.split(" ")], io);
  return { code, err: io.err() };
}

const url = "--url mqtt://127.0.0.1:1";
const rows: readonly { line: string; text: string; code?: number }[] = [
  { line: `verdict v1 ${url}`, text: "expected a violation and a word, got 1 words" },
  { line: `verdict v1 maybe ${url}`, text: "verdict: " },
  { line: `verdict v1 dismissed ${url}`, text: "reason: " },
  { line: `verdict v1 permitted ${url}`, text: "until: " },
  { line: `verdict v1 permitted --until soon ${url}`, text: "until: expected a date such as" },
  { line: "verdict v1 confirmed", text: "--url needs a broker" },
  { line: `verdict v1 confirmed --box here ${url}`, text: "--box here: expected DIVISION/DEVICE" },
  { line: `verdict v1 confirmed --wait long ${url}`, text: "--wait long: expected a duration" },
  { line: `verdict v1 confirmed --ca nowhere.pem ${url}`, text: "--ca: cannot read /nowhere.pem" },
  { line: `test --note ${"x".repeat(201)} ${url}`, text: "note: " },
  { line: `test --box 445102/a ${url}`, text: "cannot reach the broker", code: 3 },
];
for (const { line, text, code = 2 } of rows) {
  test(`hub ${line.slice(0, 60)}: ${text}`, async () => {
    const answer = await run(line);
    expect(answer.err).toContain(text);
    expect(answer.code).toBe(code);
  });
}

test("a broker that knows no box, and a box that does not answer, are told apart", async () => {
  const broker = await startEmbeddedBroker({ port: await freePort() });
  try {
    const nobody = await run(`test --url ${broker.url}`);
    expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining("knows no box")]);
    const silent = await run(`test --url ${broker.url} --box 445102/box --wait 50ms`);
    expect([silent.code, silent.err]).toEqual([3, expect.stringContaining("box has not answered")]);
  } finally {
    await broker.stop();
  }
});

test("something that is no broker is told as such", async () => {
  const server = createServer((socket) => socket.end("HTTP/1.1 400\r\n\r\n"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    const answer = await run(`test --box 445102/box --url mqtt://127.0.0.1:${port}`);
    expect([answer.code, answer.err]).toEqual([3, expect.stringContaining("cannot reach")]);
  } finally {
    server.close();
  }
});
