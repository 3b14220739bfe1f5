/**
 * Events about the box itself, as they go into the outbox: what the envelope needs, and the data.
 *
 * They share the topic and the unbroken sequence with violations. Ids hold the time, because
 * nothing in the street could derive them.
 */
import type { z } from "zod";
import type { DeviceConfig } from "../config/agent-config.ts";
import { rfc3339 } from "../pipelines/domain/instant.ts";
import { type cameraEventSchema, cameraEventType } from "./uplink/camera-event.ts";
import {
  type storeEventSchema,
  storeEventType,
  type surgeEventSchema,
  surgeEventType,
  testEventType,
} from "./uplink/messages.ts";
import { sourceOf } from "./uplink/topics.ts";

export interface BoxEventFacts {
  readonly device: DeviceConfig;
  readonly nowMs: number;
}

/** Somebody asked whether the whole way works. */
export function testEvent(facts: BoxEventFacts, data: { requestedBy: string; note: string }) {
  return boxEvent(facts, "test", testEventType, data);
}

/**
 * A database was repaired; a gap in the sequence may follow. Its id is the repair's own
 * (`healedEventId` of the store), so that it is told once.
 */
export function storeEvent(
  facts: BoxEventFacts,
  lastSequence: number,
  data: z.infer<typeof storeEventSchema>["data"],
) {
  return boxEvent(facts, `store.${lastSequence}`, storeEventType, data);
}

/** Far more warnings in a grid than usual there. */
export function surgeEvent(facts: BoxEventFacts, data: z.infer<typeof surgeEventSchema>["data"]) {
  return boxEvent(facts, `surge.${data.grid ?? "none"}.${data.kind}`, surgeEventType, data);
}

/** A camera does not see its zones, or sees them again. */
export function cameraEvent(facts: BoxEventFacts, data: z.infer<typeof cameraEventSchema>["data"]) {
  return boxEvent(facts, `camera.${data.camera}.${data.state}`, cameraEventType, data);
}

function boxEvent(
  { device, nowMs }: BoxEventFacts,
  name: string,
  type: string,
  data: object,
): Readonly<Record<string, unknown>> {
  return {
    specversion: "1.0",
    id: `${name}.${nowMs}`,
    source: sourceOf({ division: device.division, device: device.id }),
    type,
    time: rfc3339(nowMs, device.timeZone),
    datacontenttype: "application/json",
    data,
  };
}
