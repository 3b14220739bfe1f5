/**
 * One command to one box, and the box's answer: what `kerbside hub verdict` and `hub test` do.
 *
 * The answer is found by the command's id. A box that is away answers when it is back, so waiting
 * is bounded and silence is said as such. Where no box is named, the only one that the broker
 * knows (by its retained status) is meant.
 */
import mqtt from "mqtt";
import { AgentError } from "../runtime/agent-error.ts";
import { type CommandMessage, type ResultMessage, resultSchema } from "../uplink/messages.ts";
import { type DeviceAddress, parseTopic, topicOf } from "../uplink/topics.ts";

export interface AskOptions {
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  readonly ca?: Buffer;
  /** Absent: the only box there is. */
  readonly address?: DeviceAddress;
  readonly command: CommandMessage;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

const connectTimeoutMs = 10_000;
/** Retained messages come at once after the subscription. */
const statusWaitMs = 1_000;

export async function askBox(options: AskOptions): Promise<ResultMessage> {
  const { command, waitMs, signal } = options;
  const client = await connect(options);
  try {
    const address = options.address ?? (await onlyBox(client));
    const answer = Promise.withResolvers<ResultMessage>();
    client.on("message", (topic, payload) => {
      if (topic !== topicOf(address, "result")) return;
      const result = readResult(payload);
      if (result?.command === command.id) answer.resolve(result);
    });
    await client.subscribeAsync(topicOf(address, "result"), { qos: 1 });
    await client.publishAsync(topicOf(address, "command"), JSON.stringify(command), { qos: 1 });
    return await within(answer.promise, { waitMs, signal, who: address.device });
  } finally {
    client.end(true);
  }
}

async function connect({ url, user, password, ca }: AskOptions): Promise<mqtt.MqttClient> {
  try {
    return await mqtt.connectAsync(url, {
      connectTimeout: connectTimeoutMs,
      reconnectPeriod: 0,
      ...(user === undefined ? {} : { username: user }),
      ...(password === undefined ? {} : { password }),
      ...(ca === undefined ? {} : { ca }),
    });
  } catch (cause) {
    throw new AgentError(
      "HUB_FAILED",
      `cannot reach the broker: ${cause instanceof Error ? cause.message : String(cause)}`,
      "Check the address, the login (--user, KERBSIDE_HUB_PASSWORD) and the certificate (--ca).",
      { cause },
    );
  }
}

async function onlyBox(client: mqtt.MqttClient): Promise<DeviceAddress> {
  const found = new Map<string, DeviceAddress>();
  const note = (topic: string) => {
    const address = parseTopic(topic)?.address;
    if (address !== undefined) found.set(`${address.division}/${address.device}`, address);
  };
  client.on("message", note);
  await client.subscribeAsync("kerbside/v1/+/+/status", { qos: 1 });
  await new Promise((resolve) => setTimeout(resolve, statusWaitMs));
  client.off("message", note);
  const [address, ...others] = found.values();
  if (address !== undefined && others.length === 0) return address;
  const names = [...found.keys()].toSorted().slice(0, 20).join(", ");
  throw new AgentError(
    "USAGE",
    address === undefined ? "the broker knows no box" : `there are several boxes: ${names}`,
    "Name one: --box DIVISION/DEVICE, as in the topics it publishes.",
  );
}

function readResult(payload: Uint8Array): ResultMessage | undefined {
  try {
    return resultSchema.parse(JSON.parse(Buffer.from(payload).toString("utf8")));
  } catch {
    return undefined; // Somebody else's nonsense on this topic: the answer is awaited on.
  }
}

async function within<Value>(
  work: Promise<Value>,
  {
    waitMs,
    signal,
    who,
  }: { readonly waitMs: number; readonly signal: AbortSignal; readonly who: string },
): Promise<Value> {
  const end = Promise.withResolvers<never>();
  const silence = () =>
    end.reject(
      new AgentError(
        "HUB_FAILED",
        `${who} has not answered`,
        "The broker keeps the command; the box obeys it when it is back, and answers on its result topic.",
      ),
    );
  const timer = setTimeout(silence, waitMs);
  signal.addEventListener("abort", silence, { once: true });
  try {
    return await Promise.race([work, end.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", silence);
  }
}
