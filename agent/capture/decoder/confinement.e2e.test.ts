/**
 * Goal: what decodes a camera's bytes can reach nothing.
 * Method: a program with the very command line of the decoder host (flags, environment, folder,
 * namespaces) tries: files, processes, threads, sockets, the environment. What the flags of Node
 * hold is JavaScript; the network is taken away by the kernel, where this machine allows it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readlinkSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { DecoderHost } from "./decoder-host.ts";
import { nodeAvHost } from "./host-link.ts";
import { canLeaveNetwork } from "./without-network.ts";

const isApart = canLeaveNetwork();

const outcomesSchema = z.record(z.string(), z.string());
let outcomes: z.infer<typeof outcomesSchema>;
let server: Server;
let acceptedCount = 0;

const tries = (port: number): string => `
  const outcomes = {};
  const attempt = async (name, run) => {
    try { outcomes[name] = "done: " + String(await run()).slice(0, 40); }
    catch (error) { outcomes[name] = error.code ?? error.cause?.code ?? error.message; }
  };
  const { readFileSync, writeFileSync, readdirSync, symlinkSync } = await import("node:fs");
  const { spawnSync } = await import("node:child_process");
  const { Worker } = await import("node:worker_threads");
  const { connect } = await import("node:net");
  const dgram = await import("node:dgram");
  const reached = (socket, event) => new Promise((resolve, reject) => {
    socket.once(event, () => resolve("reached"));
    socket.once("error", reject);
  });
  await attempt("read /etc/passwd", () => readFileSync("/etc/passwd"));
  await attempt("read the parent's environment", () => readFileSync("/proc/" + process.ppid + "/environ"));
  await attempt("read package.json", () => readFileSync(${JSON.stringify(join(import.meta.dirname, "../../../package.json"))}));
  await attempt("read another file of the agent", () => readFileSync(${JSON.stringify(join(import.meta.dirname, "../../cli/main.ts"))}));
  await attempt("list /", () => readdirSync("/"));
  await attempt("write a file", () => writeFileSync("/tmp/kerbside-confined", ""));
  await attempt("write over its own code", () => writeFileSync(${JSON.stringify(join(import.meta.dirname, "host.ts"))}, ""));
  await attempt("make a link", () => symlinkSync("/etc/passwd", "/tmp/kerbside-link"));
  await attempt("start a program", () => { const { error } = spawnSync("/bin/true"); if (error) throw error; });
  await attempt("start a thread", () => new Worker("0", { eval: true }));
  await attempt("open the inspector", async () => (await import("node:inspector")).open(0));
  await attempt("connect over TCP", () => reached(connect(${port}, "127.0.0.1"), "connect"));
  await attempt("send over UDP", () => new Promise((resolve, reject) => {
    const socket = dgram.createSocket("udp4");
    socket.send("x", ${port}, "127.0.0.1", (error) => { socket.close(); error ? reject(error) : resolve(); });
  }));
  outcomes.environment = Object.keys(process.env).join();
  process.stdout.write(JSON.stringify(outcomes));
  process.exit();
`;

beforeAll(async () => {
  server = createServer((socket) => {
    acceptedCount += 1;
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const { file, args } = nodeAvHost();
  const probe = ["--input-type=module", "-e", tries(port)];
  const child = spawn(file, [...args.slice(0, -1), ...probe], {
    env: {},
    cwd: "/",
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(child, "close");
  outcomes = outcomesSchema.parse(JSON.parse(text));
});
afterAll(() => void server.close());

const refused = [
  "read /etc/passwd",
  "read the parent's environment",
  "read package.json",
  "read another file of the agent",
  "list /",
  "write a file",
  "write over its own code",
  "make a link",
  "start a program",
  "start a thread",
  "open the inspector",
];
for (const name of refused) {
  test(`the decoder host cannot ${name}`, () => {
    expect(outcomes[name]).toBe("ERR_ACCESS_DENIED");
  });
}

test("the decoder host has no environment", () => {
  expect(outcomes["environment"]).toBe("");
});

test.skipIf(!isApart)("the decoder host has no network where the machine can take it away", () => {
  expect(outcomes["connect over TCP"]).toBe("ENETUNREACH");
  expect(outcomes["send over UDP"]).toBe("ENETUNREACH");
  expect(acceptedCount).toBe(0);
});

test.skipIf(!isApart)(
  "a running host is in a network of its own, without capabilities",
  async () => {
    const decoder = new DecoderHost();
    decoder.start();
    const [pid = 0] = decoder.stats().pids;
    try {
      const own = readlinkSync("/proc/self/ns/net");
      await expect.poll(() => readlinkSync(`/proc/${pid}/ns/net`)).not.toBe(own);
      const command = () => readFileSync(`/proc/${pid}/cmdline`, "utf8");
      await expect.poll(command).toMatch(/^[^\0]*node\0/);
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      expect(/^CapEff:\s*(\w+)$/m.exec(status)?.[1]).toBe("0000000000000000");
    } finally {
      await decoder.stop();
    }
  },
);
