/** The bounds on what a broker may send, and on how long it may owe an answer, as numbers. */
import { expect, test, vi } from "vitest";
import { MessagePace } from "./message-pace.ts";
import { OwedAnswers } from "./owed-answers.ts";
import { publishProperties, publishSize } from "./publish-size.ts";
import { ReceiveGuard } from "./receive-guard.ts";
import { releaseBytes } from "./release-bytes.ts";
import { answerOutsideTheTable } from "./unknown-answer.ts";

const packetBytesMax = 1_000_000;

test("a packet may have its size and the pieces around it, not more", () => {
  const guard = new ReceiveGuard({ packetBytesMax });
  expect(guard.takePiece(packetBytesMax)).toBe(true);
  expect(guard.takePiece(200_000)).toBe(false);
  guard.packetEnds();
  expect(guard.takePiece(packetBytesMax)).toBe(true);
});

test("a drip of single bytes costs what holding them costs", () => {
  const guard = new ReceiveGuard({ packetBytesMax });
  let count = 0;
  while (guard.takePiece(1)) count += 1;
  expect(count).toBeLessThan(3_000);
});

test("packets that nobody asked for: a burst, then ten a second", () => {
  const guard = new ReceiveGuard({ packetBytesMax });
  for (let stray = 0; stray < 200; stray++) expect(guard.takeStray(0)).toBe(true);
  expect(guard.takeStray(0)).toBe(false);
  expect(guard.takeStray(100)).toBe(true);
  expect(guard.takeStray(100)).toBe(false);
});

test("a second's worth of messages is read at once, the rest at the rate", () => {
  const pace = new MessagePace();
  const delays = Array.from({ length: 4_000 }, () => pace.delayMs(0, 0));
  expect(delays[1_900]).toBe(0);
  expect(delays.at(-1)).toBe(1_000);
  expect(pace.delayMs(0, 10_000)).toBe(0);
});

test("a broker that owes and is silent is told once; each answer begins the wait anew", async () => {
  vi.useFakeTimers();
  const onSilent = vi.fn<() => void>();
  const owed = new OwedAnswers({ silentAfterMs: 1_000, onSilent });
  const [one, two] = [{}, {}];
  const first = owed.published(one);
  const second = owed.published(two);
  owed.sent(one, 7);
  owed.sent(two, 8);
  vi.advanceTimersByTime(900);
  expect(owed.acknowledged(9, 0)).toBe(false); // Never sent: no answer to anything.
  expect(owed.acknowledged(7, 0x10)).toBe(true);
  expect(await first).toBe(0x10);
  vi.advanceTimersByTime(900);
  expect(onSilent).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  expect(onSilent).toHaveBeenCalledTimes(1);
  owed.loseAll("gone");
  await expect(second).rejects.toThrow("gone");
  vi.advanceTimersByTime(10_000);
  expect(onSilent).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
});

const sizes = [
  { topic: "a", payloadBytes: 0, options: {}, want: 10 },
  { topic: "a/b", payloadBytes: 100, options: { contentType: "x" }, want: 116 },
  { topic: "a/b", payloadBytes: 200, options: { contentType: "x", expirySeconds: 5 }, want: 222 },
];
test.each(sizes)("a packet's size on the wire: $want", ({ topic, payloadBytes, options, want }) => {
  expect(publishSize(topic, payloadBytes, options)).toBe(want);
  expect(publishProperties(options).payloadFormatIndicator).toBe(true);
});

const malformed = new Error("Invalid puback reason code");
const pubacks = [
  { bytes: [0x40, 4, 0, 7, 0x95, 0], messageId: 7, error: malformed, want: 0x95 },
  { bytes: [0xd0, 0, 0x40, 3, 1, 2, 0xff], messageId: 258, error: malformed, want: 0xff },
  { bytes: [0x40, 4, 0, 8, 0x95, 0], messageId: 7, error: malformed, want: undefined },
  { bytes: [0x40, 4, 0, 7], messageId: 7, error: malformed, want: undefined },
  { bytes: [0x40, 4, 0, 7, 0x95, 0], messageId: undefined, error: malformed, want: undefined },
  { bytes: [0x40, 4, 0, 7, 0x95, 0], messageId: 7, error: new Error("other"), want: undefined },
];
test.each(pubacks)(
  "a code outside the table: $bytes is $want",
  ({ bytes, messageId, error, want }) => {
    expect(answerOutsideTheTable(error, Buffer.from(bytes), messageId)).toBe(want);
  },
);

test("bytes of one's own are given back, those of a pool stay", () => {
  const own = new Uint8Array(100);
  releaseBytes(own);
  expect(own.byteLength).toBe(0);
  const pooled = Buffer.from("of a pool");
  releaseBytes(pooled);
  expect(pooled.toString()).toBe("of a pool");
});
