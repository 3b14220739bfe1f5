/**
 * What the last days would have been under an edit: the box's own detection log through the rules
 * twice, as the file is and as it would be, and which violations appear, go, or change.
 *
 * One question a user: the next one ends the one before. What the file itself gives is kept until
 * file or span change, so that a zone that is dragged costs one replay a move. A question that takes
 * longer than its time is ended and says so: half an answer would mislead.
 */
import type { AgentConfig } from "../../../config/agent-config.ts";
import type { ConfigurationEdit } from "../../../config/edit/edit-configuration.ts";
import type { Finding } from "../../../config/finding.ts";
import type { CameraId } from "../../../pipelines/domain/ids.ts";
import { type Comparison, compare } from "../../replay/compare.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ConsolePorts, ReplayOutcome } from "../console-ports.ts";
import type { ConfigurationEditor } from "../edit/configuration-editor.ts";

const timeMsMax = 20_000;
const dayMs = 86_400_000;
/** While somebody drags, the days end at the same instant: the answers can be compared. */
const untilStepMs = 600_000;

export interface WhatIfQuestion {
  readonly user: string;
  readonly camera: CameraId;
  readonly edit: ConfigurationEdit;
  readonly days: number;
  readonly signal: AbortSignal;
}

export type WhatIf =
  | { readonly outcome: "wrong"; readonly errors: readonly Finding[] }
  /** Another question of the same user came. */
  | { readonly outcome: "replaced" }
  | { readonly outcome: "too-long"; readonly afterMs: number }
  | {
      readonly outcome: "known";
      readonly comparison: Comparison;
      readonly sinceMs: number;
      readonly untilMs: number;
      readonly looks: number;
      /** What this answer took. */
      readonly tookMs: number;
    };

interface Baseline {
  readonly key: string;
  readonly outcome: ReplayOutcome;
}

export class WhatIfDesk {
  readonly #ports: Pick<ConsolePorts, "replay" | "clock">;
  readonly #editor: Pick<ConfigurationEditor, "configOf" | "read">;
  readonly #asked = new Map<string, AbortController>();
  #baseline: Baseline | undefined;

  constructor(
    ports: Pick<ConsolePorts, "replay" | "clock">,
    editor: Pick<ConfigurationEditor, "configOf" | "read">,
  ) {
    this.#ports = ports;
    this.#editor = editor;
  }

  async answer({ user, camera, edit, days, signal }: WhatIfQuestion): Promise<WhatIf> {
    const { clock } = this.#ports;
    this.#asked.get(user)?.abort();
    const replaced = new AbortController();
    this.#asked.set(user, replaced);
    const late = lateAfter(clock, timeMsMax);
    const startedAt = clock.monoMs();
    const untilMs = Math.ceil(clock.wallMs() / untilStepMs) * untilStepMs;
    const span = { camera, sinceMs: untilMs - days * dayMs, untilMs };
    try {
      const ended = AbortSignal.any([signal, replaced.signal, late.signal]);
      const changed = await this.#editor.configOf(edit);
      if (!changed.ok) return { outcome: "wrong", errors: changed.errors };
      const before = await this.#before(span, ended);
      const after = before && (await this.#replayed(changed.config, span, ended));
      if (before !== undefined && after !== undefined) {
        return {
          outcome: "known",
          comparison: compare(before.violations, after.violations),
          sinceMs: span.sinceMs,
          untilMs,
          looks: after.looks,
          tookMs: Math.round(clock.monoMs() - startedAt),
        };
      }
      return late.signal.aborted
        ? { outcome: "too-long", afterMs: timeMsMax }
        : { outcome: "replaced" };
    } finally {
      late.stop();
      if (this.#asked.get(user) === replaced) this.#asked.delete(user);
    }
  }

  async #before(span: Span, signal: AbortSignal): Promise<ReplayOutcome | undefined> {
    const key = JSON.stringify([this.#editor.read().version, span]);
    if (this.#baseline?.key === key) return this.#baseline.outcome;
    const current = await this.#editor.configOf({});
    if (!current.ok) return { looks: 0, violations: [] };
    const outcome = await this.#replayed(current.config, span, signal);
    if (outcome !== undefined) this.#baseline = { key, outcome };
    return outcome;
  }

  async #replayed(
    config: AgentConfig,
    span: Span,
    signal: AbortSignal,
  ): Promise<ReplayOutcome | undefined> {
    return signal.aborted ? undefined : await this.#ports.replay(config, { ...span, signal });
  }
}

interface Span {
  readonly camera: CameraId;
  readonly sinceMs: number;
  readonly untilMs: number;
}

function lateAfter(clock: Clock, ms: number): { readonly signal: AbortSignal; stop(): void } {
  const late = new AbortController();
  return { signal: late.signal, stop: clock.after(ms, () => late.abort()) };
}
