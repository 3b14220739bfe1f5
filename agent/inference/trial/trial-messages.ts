/** What a trial's process is told on its first line, and the one line that it says. */
import type { Manifest } from "../../../models/manifest.ts";

/** The prepared graph follows it. */
export interface TrialHead {
  readonly manifest: Manifest;
  readonly inputName: string;
}

export interface TrialAnswer {
  /** Null: it ran. */
  readonly fault: string | null;
}
