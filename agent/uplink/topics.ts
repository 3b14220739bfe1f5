/**
 * The topics of one box: `kerbside/v1/{division}/{device}/…`, and nothing outside that branch.
 */
export const topicNames = ["event", "status", "health", "counts", "result", "command"] as const;
export type TopicName = (typeof topicNames)[number];

export interface DeviceAddress {
  /** Six digits, GB/T 2260. */
  readonly division: string;
  readonly device: string;
}

export function topicOf({ division, device }: DeviceAddress, name: TopicName): string {
  return `kerbside/v1/${division}/${device}/${name}`;
}

/** The CloudEvents `source` of everything a box sends. */
export function sourceOf({ division, device }: DeviceAddress): string {
  return `/kerbside/${division}/${device}`;
}

/** Undefined when the topic is not one of ours. */
export function parseTopic(
  topic: string,
): { readonly address: DeviceAddress; readonly name: TopicName } | undefined {
  const match = /^kerbside\/v1\/(\d{6})\/([A-Za-z0-9_-]+)\/([a-z]+)$/.exec(topic);
  const [, division, device, word] = match ?? [];
  const name = topicNames.find((candidate) => candidate === word);
  if (division === undefined || device === undefined || name === undefined) return undefined;
  return { address: { division, device }, name };
}
