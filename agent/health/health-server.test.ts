import assert from "node:assert/strict";
import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, test } from "vitest";
import { type HealthServer, shared, startHealthServer } from "./health-server.ts";

let server: HealthServer;
let isReady = false;
const options = {
  host: "127.0.0.1",
  port: 0,
  metrics: async () => "kerbside_cameras 1\n",
  metricsContentType: "text/plain; version=0.0.4",
  health: () => ({ status: "ok" }),
  isReady: () => isReady,
};

beforeEach(async () => {
  isReady = false;
  server = await startHealthServer(options);
});
afterEach(() => server.close());

function ask(path: string, { method = "GET", host = "localhost" } = {}) {
  return new Promise<{ code: number; type: string; body: string }>((resolve, reject) => {
    const asked = request(server.url + path, { method, headers: { host } }, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (text: string) => {
        body += text;
      });
      answer.on("end", () =>
        resolve({
          code: answer.statusCode ?? 0,
          type: String(answer.headers["content-type"]),
          body,
        }),
      );
    });
    asked.on("error", reject);
    asked.end();
  });
}

const rows = [
  { path: "/metrics", code: 200, body: /kerbside_cameras 1/ },
  { path: "/health", code: 200, body: /^\{"status":"ok"\}\n$/ },
  { path: "/health?x=1", code: 200, body: /ok/ },
  { path: "/ready", code: 503, body: /not ready/ },
  { path: "/", code: 404, body: /\/metrics, \/health and \/ready/ },
  { path: "/metrics", method: "POST", code: 405, body: /read only/ },
  { path: "/metrics", host: "evil.example", code: 403, body: /not this host/ },
  { path: "/metrics", host: "127.0.0.1:9468", code: 200, body: /kerbside/ },
  { path: "/metrics", host: "[::1]:9468", code: 200, body: /kerbside/ },
  { path: "/metrics", host: "127.0.0.1.evil.example", code: 403, body: /not/ },
];
for (const { path, code, body, ...how } of rows) {
  test(`${how.method ?? "GET"} ${path} for ${how.host ?? "localhost"} is ${code}`, async () => {
    const answer = await ask(path, how);
    assert.equal(answer.code, code);
    assert.match(answer.body, body);
  });
}

test("ready when the agent says so", async () => {
  isReady = true;
  assert.equal((await ask("/ready")).code, 200);
});

test("readers at the same time share one collection, the next one gets a new one", async () => {
  let count = 0;
  const read = shared(async () => {
    await Promise.resolve();
    count += 1;
    return count;
  });
  assert.deepEqual(await Promise.all([read(), read(), read()]), [1, 1, 1]);
  assert.equal(await read(), 2);
});

test("a header without end is cut off", async () => {
  const { port } = new URL(server.url);
  const socket = connect(Number(port), "127.0.0.1");
  const said = await new Promise<string>((resolve, reject) => {
    socket.on("error", reject);
    socket.once("data", (data) => resolve(data.toString()));
    socket.write(`GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}`);
  });
  socket.destroy();
  assert.match(said, /^HTTP\/1\.1 431/);
});

test("an address that is not this machine is refused", async () => {
  await assert.rejects(startHealthServer({ ...options, host: "0.0.0.0" }), {
    code: "CONFIG_INVALID",
    message: /0\.0\.0\.0/,
  });
});

test("a port in use is one clear error", async () => {
  const { port } = new URL(server.url);
  await assert.rejects(startHealthServer({ ...options, port: Number(port) }), {
    code: "PORT_TAKEN",
    message: /EADDRINUSE/,
  });
});
