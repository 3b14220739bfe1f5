/**
 * The small hub: subscribes to every box, checks, acknowledges, keeps, prints.
 *
 * For demos, tests and integrators' first day. Its doubts go to the box as `rejected`, never
 * silently aside; what it accepted is on disk (with `outFolder`) before the box is told. Nothing
 * that a box says reaches the terminal unchecked.
 */
import { join } from "node:path";
import mqtt from "mqtt";
import { AgentError } from "../runtime/agent-error.ts";
import { terminalText } from "../runtime/terminal-text.ts";
import { type TopicName, topicNames } from "../uplink/topics.ts";
import { Answers } from "./answers.ts";
import { BoxKeys } from "./box-keys.ts";
import { eventLine, liveLine } from "./event-line.ts";
import { EvidenceAnswers } from "./evidence-answers.ts";
import { EvidenceDesk, type EvidenceDeskOptions, type EvidenceTally } from "./evidence-desk.ts";
import { type Finding, Ledger, type LedgerSummary } from "./ledger.ts";
import { ReceivedFile } from "./received-file.ts";

export interface HubOptions {
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  readonly ca?: Buffer;
  readonly clientId: string;
  /** The broker keeps what comes while the hub is away. Default false: it forgets the hub. */
  readonly keepsSession?: boolean;
  /** Keeps `events.jsonl` there, and evidence that was verified. */
  readonly outFolder?: string;
  /** Answers each event on the box's command topic. */
  readonly acknowledges: boolean;
  /** One line without its end, safe for a terminal. */
  readonly print: (line: string) => void;
  readonly onFinding?: (finding: Finding) => void;
  /** The disk refuses: from here on nothing is kept and nobody is told. */
  readonly onFailed?: (error: AgentError) => void;
  /** Ends the first connection attempt. */
  readonly signal?: AbortSignal;
}

export interface Hub {
  summary(): LedgerSummary;
  /** Undefined without `outFolder`: evidence has nowhere to go. */
  evidence(): EvidenceTally | undefined;
  /** Within two seconds, whatever the broker does. */
  stop(): Promise<void>;
}

const connectTimeoutMs = 10_000;
const reconnectPeriodMs = 1_000;
const goodbyeMs = 1_000;
const heardTopics: readonly TopicName[] = topicNames.filter((name) => name !== "command");

/** Resolves when subscribed; from then on it reconnects by itself. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const print = (line: string) => options.print(terminalText(line));
  const ledger = new Ledger();
  const file = await openFile(options.outFolder);
  const told = new EvidenceAnswers((topic, command) =>
    client.publishAsync(topic, JSON.stringify(command), { qos: 1 }),
  );
  const desk = await openDesk(options, print, told);
  // Nothing is awaited between this and `subscribed`: it would miss that the client is connected.
  const client = mqtt.connect(options.url, clientOptions(options));
  let failure: AgentError | undefined;
  const fail = (cause: unknown) => {
    if (failure !== undefined) return;
    failure = writeFailure(file?.path ?? "", cause);
    print(`hub: ${failure.message}`);
    options.onFailed?.(failure);
  };
  const answers = new Answers({
    beforeTelling: async () => file?.flush(),
    publish: (topic, command) => client.publishAsync(topic, JSON.stringify(command), { qos: 1 }),
    onFailed: fail,
  });
  client.on("message", (topic, payload, packet) => {
    if (failure !== undefined) return;
    if (desk?.offer(topic, payload, packet.properties?.userProperties) === true) return;
    const finding = ledger.receive(topic, payload);
    try {
      if (finding.outcome === "accepted") file?.append(finding.text);
    } catch (cause) {
      fail(cause);
      return;
    }
    if (options.acknowledges) answers.add(finding);
    if (finding.outcome === "live" && finding.live.name === "status") {
      desk?.noteKey(finding.address, finding.live.message.publicKey);
    }
    const line = lineOf(finding);
    if (line !== undefined) print(line);
    options.onFinding?.(finding);
  });
  const stop = async () => {
    await within(goodbyeMs, Promise.all([answers.flush(), desk?.settled()]));
    await within(goodbyeMs, told.flush());
    await disconnect(client);
    await file?.close().catch(fail);
  };
  try {
    await subscribed(client, options.signal, desk !== undefined);
  } catch (error) {
    await stop();
    throw error;
  }
  tellConnection(client, print);
  return { summary: () => ledger.summary(), evidence: () => desk?.tally(), stop };
}

async function openDesk(
  { outFolder: folder, acknowledges }: HubOptions,
  print: (line: string) => void,
  answers: EvidenceAnswers,
): Promise<EvidenceDesk | undefined> {
  if (folder === undefined) return undefined;
  try {
    const keys = await BoxKeys.open(join(folder, "keys"), print);
    const tell: EvidenceDeskOptions["tell"] = (address, word) => {
      if (acknowledges) answers.add(address, word);
    };
    return new EvidenceDesk({ folder, keys, tell, print });
  } catch (cause) {
    throw writeFailure(folder, cause);
  }
}

async function openFile(folder: string | undefined): Promise<ReceivedFile | undefined> {
  if (folder === undefined) return undefined;
  try {
    return await ReceivedFile.open(folder);
  } catch (cause) {
    throw writeFailure(folder, cause);
  }
}

function clientOptions(options: HubOptions): mqtt.IClientOptions {
  return {
    clientId: options.clientId,
    clean: options.keepsSession !== true,
    connectTimeout: connectTimeoutMs,
    reconnectPeriod: reconnectPeriodMs,
    ...(options.user === undefined ? {} : { username: options.user }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  };
}

/** Rejects with what went wrong: a hub that cannot begin says so and does not try for ever. */
async function subscribed(
  client: mqtt.MqttClient,
  signal: AbortSignal | undefined,
  takesEvidence: boolean,
): Promise<void> {
  const failed = Promise.withResolvers<never>();
  const connected = Promise.withResolvers<void>();
  const onConnect = () => connected.resolve();
  const onError = (error: Error) => failed.reject(connectFailure(error.message, error));
  const onClose = () => failed.reject(connectFailure("it closes the connection or is silent"));
  const onAbort = () => failed.reject(connectFailure("stopped while connecting"));
  // An error event that nobody hears ends the process; later ones end a connection, which is told.
  client.on("error", onError);
  client.on("connect", onConnect);
  client.on("close", onClose);
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  try {
    await Promise.race([connected.promise, failed.promise]);
    const topics = heardTopics.map((name) => `kerbside/v1/+/+/${name}`);
    if (takesEvidence) topics.push("kerbside/v1/+/+/evidence/+/+/+/+");
    await Promise.race([client.subscribeAsync(topics, { qos: 1 }), failed.promise]);
  } finally {
    client.off("connect", onConnect);
    client.off("close", onClose);
    signal?.removeEventListener("abort", onAbort);
  }
}

/** One line a change, not one a retry. */
function tellConnection(client: mqtt.MqttClient, print: (line: string) => void): void {
  let isConnected = true;
  client.on("close", () => {
    if (isConnected && !client.disconnecting) print("hub: the broker is away, trying again");
    isConnected = false;
  });
  client.on("connect", () => {
    print("hub: the broker is back");
    isConnected = true;
  });
}

function lineOf(finding: Finding): string | undefined {
  switch (finding.outcome) {
    case "accepted":
      return eventLine(finding.event);
    case "rejected":
      return `REFUSED    ${finding.address?.device ?? "nobody"} ${finding.id ?? ""}: ${finding.problem}`;
    case "live":
      return liveLine(finding.address, finding.live);
    case "duplicate":
      return undefined;
  }
}

function connectFailure(detail: string, cause?: unknown): AgentError {
  return new AgentError(
    "HUB_FAILED",
    `cannot listen at the broker: ${detail}`,
    "Check the address, the login (--user, KERBSIDE_HUB_PASSWORD) and the certificate (--ca).",
    { cause },
  );
}

function writeFailure(path: string, cause: unknown): AgentError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new AgentError(
    "HUB_FAILED",
    `cannot write to ${path}: ${detail}`,
    "Make room or correct --out, then start again. What was not acknowledged comes again.",
    { cause },
  );
}

/** MQTT.js waits with the goodbye until it is connected: then there is nobody to say it to. */
async function disconnect(client: mqtt.MqttClient): Promise<void> {
  if (client.connected) await within(goodbyeMs, client.endAsync());
  else client.end(true);
  client.stream.destroy();
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => {}), timeUp]);
  clearTimeout(timer);
}
