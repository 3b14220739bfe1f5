/**
 * The small hub: subscribes to every box, checks, acknowledges, keeps, prints.
 *
 * For demos, tests and integrators' first day. Its doubts go to the box as `rejected`, never
 * silently aside. It keeps what it received, as received, one JSON a line.
 */
import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import mqtt from "mqtt";
import { violationEventSchema } from "../../pipelines/domain/event.ts";
import { type DeviceAddress, parseTopic, topicOf } from "../uplink/topics.ts";
import { eventLine } from "./event-line.ts";
import { type Finding, Ledger, type LedgerSummary } from "./ledger.ts";

export interface HubOptions {
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  readonly ca?: Buffer;
  readonly clientId: string;
  /** Keeps `events.jsonl` there. */
  readonly outFolder?: string;
  /** Answers each event on the box's command topic. */
  readonly acknowledges: boolean;
  readonly print: (line: string) => void;
  readonly onFinding?: (finding: Finding) => void;
}

export interface Hub {
  summary(): LedgerSummary;
  stop(): Promise<void>;
}

const acknowledgeEveryMs = 50;

/** Resolves when subscribed; reconnects by itself with the session kept by the broker. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const ledger = new Ledger();
  const file = await openFile(options.outFolder);
  const client = await mqtt.connectAsync(options.url, {
    clientId: options.clientId,
    clean: false,
    reconnectPeriod: 1_000,
    ...(options.user === undefined ? {} : { username: options.user }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  const answers = new Answers(client);
  client.on("error", (error) => options.print(`hub: ${error.message}`));
  client.on("message", (topic, payload) => {
    const address = parseTopic(topic)?.address;
    const finding = ledger.receive(topic, payload);
    options.onFinding?.(finding);
    if (finding.outcome === "accepted") file?.write(`${payload.toString("utf8")}\n`);
    if (options.acknowledges && address !== undefined) answers.add(address, finding);
    report(finding, options.print);
  });
  await client.subscribeAsync("kerbside/v1/+/+/event", { qos: 1 });
  await client.subscribeAsync("kerbside/v1/+/+/status", { qos: 1 });
  await client.subscribeAsync("kerbside/v1/+/+/health", { qos: 1 });
  await client.subscribeAsync("kerbside/v1/+/+/counts", { qos: 1 });
  await client.subscribeAsync("kerbside/v1/+/+/result", { qos: 1 });
  return {
    summary: () => ledger.summary(),
    stop: async () => {
      await answers.flush();
      await client.endAsync();
      if (file !== undefined) await new Promise<void>((resolve) => file.end(() => resolve()));
    },
  };
}

async function openFile(folder: string | undefined): Promise<WriteStream | undefined> {
  if (folder === undefined) return undefined;
  await mkdir(folder, { recursive: true });
  return createWriteStream(join(folder, "events.jsonl"), { flags: "a" });
}

function report(finding: Finding, print: (line: string) => void): void {
  switch (finding.outcome) {
    case "accepted": {
      const violation = violationEventSchema.safeParse(finding.event);
      print(violation.success ? eventLine(violation.data) : String(finding.event["type"]));
      return;
    }
    case "rejected":
      print(`REJECTED ${finding.id ?? "message"}: ${finding.problem}`);
      return;
    case "duplicate":
    case "live":
      return;
  }
}

type Answer = {
  readonly id: string;
  readonly outcome: "accepted" | "duplicate" | "rejected";
  readonly reason?: string;
};

/** Collects answers for a moment, so that a burst of events is one command a box. */
class Answers {
  readonly #client: mqtt.MqttClient;
  readonly #waiting = new Map<string, { address: DeviceAddress; events: Answer[] }>();
  #timer: NodeJS.Timeout | undefined;
  #commandCount = 0;

  constructor(client: mqtt.MqttClient) {
    this.#client = client;
  }

  add(address: DeviceAddress, finding: Finding): void {
    const answer = answerTo(finding);
    if (answer === undefined) return;
    const key = `${address.division}/${address.device}`;
    const waiting = this.#waiting.get(key) ?? { address, events: [] };
    waiting.events.push(answer);
    this.#waiting.set(key, waiting);
    this.#timer ??= setTimeout(() => void this.flush(), acknowledgeEveryMs);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    await Promise.all(
      all.map(
        ({ address, events }) =>
          this.#client
            .publishAsync(
              topicOf(address, "command"),
              JSON.stringify({ command: "acknowledge", id: `ack-${++this.#commandCount}`, events }),
              { qos: 1 },
            )
            .catch(() => {}), // The box sends again what was not acknowledged.
      ),
    );
  }
}

function answerTo(finding: Finding): Answer | undefined {
  switch (finding.outcome) {
    case "accepted":
      return { id: String(finding.event["id"]), outcome: "accepted" };
    case "duplicate":
      return { id: finding.id, outcome: "duplicate" };
    case "rejected":
      return finding.id === null
        ? undefined
        : { id: finding.id, outcome: "rejected", reason: finding.problem.slice(0, 200) };
    case "live":
      return undefined;
  }
}
