import { expect, test } from "vitest";
import type { DeviceConfig } from "../config/agent-config.ts";
import { storeEvent, surgeEvent, testEvent } from "./box-events.ts";
import { storeEventSchema, surgeEventSchema, testEventSchema } from "./uplink/messages.ts";

const device: DeviceConfig = {
  id: "box",
  division: "445102",
  place: undefined,
  position: undefined,
  timeZone: "Asia/Shanghai",
  grid: undefined,
};
const facts = { device, nowMs: Date.UTC(2026, 2, 1) };
const sequence = "00000000000000000001";

test("a test event is what the contract says, once it has its sequence", () => {
  const event = { ...testEvent(facts, { requestedBy: "hub", note: "hello" }), sequence };
  expect(testEventSchema.parse(event)).toEqual(event);
});

test("so is the event of a store that was begun anew", () => {
  const data = {
    what: "torn page",
    sequenceContinued: true,
    fault: "damaged",
    saved: { events: 40, waiting: 3, cameras: 2 },
    mayMiss: { firstSequence: 20, lastSequence: 22 },
  } as const;
  const event = { ...storeEvent(facts, 42, data), sequence };
  expect(storeEventSchema.parse(event)).toEqual(event);
  expect(event).toMatchObject({
    id: `store.42.${facts.nowMs}`,
    time: "2026-03-01T08:00:00.000+08:00",
  });
});

test("so is the alarm of a surge", () => {
  const data = {
    kind: "street-vending",
    count: 9,
    windowMs: 3_600_000,
    usualPerHour: 0.4,
  } as const;
  const event = { ...surgeEvent(facts, { ...data, grid: "445102001001001" }), sequence };
  expect(surgeEventSchema.parse(event)).toEqual(event);
  expect(event).toMatchObject({ id: `surge.445102001001001.street-vending.${facts.nowMs}` });
});
