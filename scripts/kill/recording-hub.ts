/**
 * A hub that writes down every event that it is handed, byte by byte, doubles too, and gives its
 * word on it afterwards. It keeps no session: what a broker without persistence forgets is gone.
 */
import mqtt from "mqtt";

export interface RecordingHub {
  /** In the order of their coming. */
  readonly heard: readonly string[];
  stop(): Promise<void>;
}

export interface RecordingHubOptions {
  /** Of the n-th event of all it says that it has it, and has not: for the proof's proof. */
  readonly forgets?: number | undefined;
  /** What is written down of an event. Default: all of it. */
  readonly record?: (text: string) => string;
}

export async function startRecordingHub(
  url: string,
  { forgets, record = (text) => text }: RecordingHubOptions,
): Promise<RecordingHub> {
  const heard: string[] = [];
  let forgotten: string | undefined;
  let count = 0;
  const client = mqtt.connect(url, {
    clientId: "recording-hub",
    protocolVersion: 5,
    clean: true,
    reconnectPeriod: 200,
    connectTimeout: 5_000,
  });
  client.on("error", () => {}); // The broker is killed again and again.
  client.on("connect", () => client.subscribe("kerbside/v1/+/+/event", { qos: 1 }));
  client.on("message", (topic, payload) => {
    const text = payload.toString();
    const { id } = JSON.parse(text) as { readonly id: string };
    count += 1;
    if (count === forgets) forgotten = id;
    if (id !== forgotten) heard.push(record(text));
    const word = { command: "acknowledge", id: `a${count}`, events: [{ id, outcome: "accepted" }] };
    client.publish(topic.replace(/event$/, "command"), JSON.stringify(word), { qos: 1 });
  });
  await new Promise<void>((resolve) => client.once("connect", () => resolve()));
  return {
    heard,
    stop: async () => {
      client.end(true);
    },
  };
}
