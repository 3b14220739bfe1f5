/** `kerbside hub`: the small hub for trials, demos and integrators. */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { startEmbeddedBroker } from "../hub/embedded-broker.ts";
import { startHub } from "../hub/hub.ts";
import type { LedgerSummary } from "../hub/ledger.ts";
import { isClean, summaryJson, summaryLine } from "../hub/summary.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { terminalJson } from "../runtime/terminal-text.ts";
import { checkBrokerAddress } from "./broker-address.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";

export const hubCommand: Command = {
  name: "hub",
  summary: "listen to boxes: check, acknowledge, keep and print what they send",
  usage: `Usage: kerbside hub (--url URL | --listen PORT) [options]

  --url URL        a broker that runs: mqtt://host:1883 or mqtts://host:8883
  --user NAME      user at the broker; the password comes from KERBSIDE_HUB_PASSWORD
  --ca FILE        the authority that signed the broker's certificate (PEM)
  --listen PORT    instead of --url: bring a small broker of our own, on loopback; 0: any port
  --session NAME   the broker keeps, under this name, what comes while the hub is away
  --out DIR        keep each event, as received, in DIR/events.jsonl
  --quiet-acks     do not answer events on the boxes' command topics
  --json           the last line is {"violations", "events", "duplicates", "lost", "dropped",
                   "outOfOrder", "rejected"}

Runs until it is interrupted. Exit code 1 when an event was lost, out of order or refused.`,
  example: "kerbside hub --listen 1883 --out received",
  run: runHub,
};

async function runHub(args: readonly string[], io: CommandIo): Promise<number> {
  const options = parse(args);
  const ca = options.ca === undefined ? undefined : await readCa(resolve(io.cwd, options.ca));
  const broker = options.listen === undefined ? undefined : await listenAt(options.listen);
  try {
    const summary = await listen(options, broker?.url ?? options.url, ca, io);
    io.stdout(`${options.json ? terminalJson(summaryJson(summary)) : summaryLine(summary)}\n`);
    return isClean(summary) ? exitCodes.done : exitCodes.no;
  } finally {
    await broker?.stop();
  }
}

type Options = ReturnType<typeof parse>;

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: "string" },
      user: { type: "string" },
      ca: { type: "string" },
      listen: { type: "string" },
      session: { type: "string" },
      out: { type: "string" },
      "quiet-acks": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const { url = "", listen: port } = values;
  if ((url === "") === (port === undefined)) {
    throw usage("one of --url and --listen is needed", "See kerbside hub --help.");
  }
  if (url !== "") checkBrokerAddress(url);
  return { ...values, url, listen: port === undefined ? undefined : portOf(port) };
}

/** Until the signal, or until the disk refuses. */
async function listen(
  options: Options,
  url: string,
  ca: Buffer | undefined,
  io: CommandIo,
): Promise<LedgerSummary> {
  const ended = Promise.withResolvers<void>();
  ended.promise.catch(() => {}); // The disk may refuse before anybody waits below.
  io.signal.addEventListener("abort", () => ended.resolve(), { once: true });
  const print = options.json ? io.stderr : io.stdout;
  const password = io.env["KERBSIDE_HUB_PASSWORD"];
  const hub = await startHub({
    url,
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca }),
    // A broker ends one of two clients of the same name, so a hub without a session has its own.
    clientId: options.session ?? `kerbside-hub-${randomUUID().slice(0, 8)}`,
    keepsSession: options.session !== undefined,
    ...(options.out === undefined ? {} : { outFolder: resolve(io.cwd, options.out) }),
    acknowledges: !options["quiet-acks"],
    print: (line) => print(`${line}\n`),
    onFailed: (error) => ended.reject(error),
    signal: io.signal,
  });
  io.stderr(`hub: listening at ${url}\n`);
  try {
    if (!io.signal.aborted) await ended.promise;
  } finally {
    await hub.stop();
  }
  return hub.summary();
}

async function listenAt(port: number): ReturnType<typeof startEmbeddedBroker> {
  try {
    return await startEmbeddedBroker({ port });
  } catch (cause) {
    throw new AgentError(
      "HUB_FAILED",
      `cannot listen at port ${port}: ${cause instanceof Error ? cause.message : String(cause)}`,
      "Give a port that nobody uses; 0 finds one.",
      { cause },
    );
  }
}

async function readCa(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new AgentError(
      "USAGE",
      `--ca: cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      "Give the PEM file of the authority that signed the broker's certificate.",
      { cause },
    );
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (text !== "" && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw usage(`--listen ${JSON.stringify(text)} is no port`, "Give a number from 0 to 65535.");
}

function usage(message: string, remedy: string): AgentError {
  return new AgentError("USAGE", message, remedy);
}
