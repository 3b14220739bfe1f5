/** A recording through the rules, watched from look to look: for those who ask why, not what. */
import type { AgentConfig } from "../../config/agent-config.ts";
import type { Recording } from "./replay.ts";
import { VirtualBox } from "./virtual-box.ts";

export async function runAgain(
  { config, recording }: { readonly config: AgentConfig; readonly recording: Recording },
  onLook: (box: VirtualBox, capturedAtMs: number) => void,
): Promise<VirtualBox> {
  const box = new VirtualBox({ config, agentVersion: "" });
  for await (const steps of recording) {
    for (const step of steps) {
      if (step === "restart") box.restart();
      else if ("verdict" in step) box.judge(step.verdict, step.atMs);
      else {
        box.offer(step.look);
        onLook(box, step.look.capturedAtMs);
      }
    }
  }
  return box;
}
