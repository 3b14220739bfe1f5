/**
 * Evidence without pictures: some events wait for it a while, and are let go with nothing.
 *
 * What is tested is that waiting loses, doubles and reorders no event, whatever ends meanwhile.
 */
import type { EvidenceParts, EvidenceRoom } from "../../agent/evidence-room.ts";
import type { AgentRun } from "./agent-run.ts";
import type { Draws } from "./draws.ts";

const nothing = { complete: false, failed: [1, 2, 3, 4, 7, 8, 11], items: [] };
const waitMsMax = 4_000;
const triesMax = 3;

/** As the product does: what the last run held is let go at the start. */
export async function openSimulatedEvidence(
  { store, clock, onReleased }: EvidenceParts,
  { run, draws }: { readonly run: AgentRun; readonly draws: Draws },
): Promise<EvidenceRoom> {
  await run.call("the last run's held events are let go");
  await store.releaseHeld(clock.wallMs());
  const release = async (eventId: string) => {
    await run.wait(Math.round(draws.fraction() * waitMsMax), "evidence of an event");
    for (let tries = 0; tries < triesMax; tries++) {
      const what = { evidence: nothing, enforceable: false };
      const isDone = await store.release(eventId, what, clock.wallMs()).then(
        () => true,
        () => false,
      );
      if (isDone) return onReleased();
    }
    await store.releaseHeld(clock.wallMs()).catch(() => {});
    onReleased();
  };
  return {
    publicKey: "",
    collect: async () => {},
    looked: (look) => look,
    judged: () => {},
    decided: ({ stage }) => stage !== "withdrawn" && draws.fraction() < 0.5,
    committed: (rows) => {
      for (const { eventId, isHeld } of rows) if (isHeld === true) void release(eventId);
    },
    stop: async () => {},
    finish: async () => {},
  };
}
