/** `kerbside hub`: the small hub for trials, demos and integrators. */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { startEmbeddedBroker } from "../hub/embedded-broker.ts";
import { startHub } from "../hub/hub.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";

export const hubCommand: Command = {
  name: "hub",
  summary: "listen to boxes: check, acknowledge, keep and print what they send",
  usage: `Usage: kerbside hub (--url URL | --listen PORT) [options]

  --url URL        a broker that runs: mqtt://host:1883 or mqtts://host:8883
  --user NAME      user at the broker; the password comes from KERBSIDE_HUB_PASSWORD
  --ca FILE        the authority that signed the broker's certificate
  --listen PORT    instead of --url: bring a small broker of our own, on loopback
  --out DIR        keep each event, as received, in DIR/events.jsonl
  --quiet-acks     do not answer events on the boxes' command topics
  --json           print the summary as one JSON object at the end

Runs until it is interrupted. Exit code 1 when an event was lost, out of order or refused.`,
  example: "kerbside hub --listen 1883 --out received",
  run: runHub,
};

async function runHub(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: "string" },
      user: { type: "string" },
      ca: { type: "string" },
      listen: { type: "string" },
      out: { type: "string" },
      "quiet-acks": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const broker =
    values.listen === undefined
      ? undefined
      : await startEmbeddedBroker({ port: portOf(values.listen) });
  const url = broker?.url ?? values.url;
  if (url === undefined || (broker !== undefined && values.url !== undefined)) {
    throw new AgentError(
      "USAGE",
      "one of --url and --listen is needed",
      "See kerbside hub --help.",
    );
  }
  const password = io.env["KERBSIDE_HUB_PASSWORD"];
  const hub = await startHub({
    url,
    ...(values.user === undefined ? {} : { user: values.user }),
    ...(password === undefined ? {} : { password }),
    ...(values.ca === undefined ? {} : { ca: await readFile(values.ca) }),
    clientId: "kerbside-hub",
    ...(values.out === undefined ? {} : { outFolder: values.out }),
    acknowledges: !values["quiet-acks"],
    print: (line) => (values.json ? io.stderr : io.stdout)(`${line}\n`),
  }).catch((cause: unknown) => {
    throw new AgentError(
      "UPLINK_REFUSED",
      `cannot reach the broker: ${cause instanceof Error ? cause.message : String(cause)}`,
      "Check --url, --user, KERBSIDE_HUB_PASSWORD and --ca.",
      { cause },
    );
  });
  io.stderr(`hub: listening at ${url}\n`);
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    io.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await hub.stop();
  await broker?.stop();
  const { violations, ...counts } = hub.summary();
  if (values.json) {
    const rows = violations.map(({ id, kind, source, stages }) => ({ id, kind, source, stages }));
    io.stdout(`${JSON.stringify({ ...counts, violations: rows })}\n`);
  } else {
    io.stdout(
      `${counts.eventCount} events, ${violations.length} violations, ${counts.duplicateCount} doubles, ` +
        `${counts.lostCount} lost, ${counts.droppedCount} dropped by boxes, ` +
        `${counts.outOfOrderCount} out of order, ${counts.rejectedCount} refused\n`,
    );
  }
  const isClean = counts.lostCount + counts.outOfOrderCount + counts.rejectedCount === 0;
  return isClean ? exitCodes.done : exitCodes.no;
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new AgentError("USAGE", `--listen ${text} is no port`, "Give a number from 0 to 65535.");
}
