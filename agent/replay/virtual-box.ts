/**
 * A box in virtual time: the rules of a configuration fed with looks from a recording.
 *
 * The same pure functions as in the running agent (`rules-runner.ts`), without store and clock:
 * a look goes in, events come out with the sequence they would have begun with in an empty box.
 * The same looks and configuration give the same events, to the byte.
 */
import type { AgentConfig } from "../../config/agent-config.ts";
import { createCameraState, stepCamera } from "../../pipelines/camera.ts";
import type { CameraState } from "../../pipelines/camera-state.ts";
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { CameraRules } from "../../pipelines/domain/rule.ts";
import { resumeCamera } from "../../pipelines/resume.ts";
import { applyVerdict, type Verdict } from "../../pipelines/verdicts/apply-verdict.ts";
import type { ViolationChange } from "../../pipelines/violation-change.ts";
import { revisionRow } from "../revisions.ts";

/** One revision of one violation, and the event that the box would have sent. */
export interface Decision {
  readonly change: ViolationChange;
  readonly event: Readonly<Record<string, unknown>>;
}

export interface LookCounts {
  /** Looks that the rules were fed with. */
  used: number;
  /** A look of its view, as new or newer, came before. */
  late: number;
  /** Of cameras or views that the configuration does not have. */
  unknown: number;
}

interface Book {
  readonly rules: CameraRules;
  readonly viewIds: ReadonlySet<string>;
  state: CameraState;
}

export class VirtualBox {
  readonly looks: LookCounts = { used: 0, late: 0, unknown: 0 };
  readonly #config: AgentConfig;
  readonly #agentVersion: string;
  readonly #books: ReadonlyMap<CameraId, Book>;
  #sequence = 0;

  constructor({
    config,
    agentVersion,
  }: {
    readonly config: AgentConfig;
    readonly agentVersion: string;
  }) {
    this.#config = config;
    this.#agentVersion = agentVersion;
    this.#books = new Map(
      config.cameras.map(({ id, rules }) => [
        id,
        {
          rules,
          viewIds: new Set(rules.views.map((view) => view.id)),
          state: createCameraState(rules),
        },
      ]),
    );
  }

  get config(): AgentConfig {
    return this.#config;
  }

  offer(look: Look): readonly Decision[] {
    const book = this.#books.get(look.cameraId);
    if (book === undefined || !book.viewIds.has(look.viewId)) {
      this.looks.unknown += 1;
      return noDecisions;
    }
    const { state, changes, isLate } = stepCamera(book.rules, book.state, look);
    book.state = state;
    if (isLate) this.looks.late += 1;
    else this.looks.used += 1;
    return changes.length === 0 ? noDecisions : changes.map((change) => this.#decision(change));
  }

  /** A person's word on a violation, of whatever camera. */
  judge(verdict: Verdict, atMs: number): readonly Decision[] {
    for (const book of this.#books.values()) {
      const { state, changes, outcome } = applyVerdict(book.rules, book.state, verdict, atMs);
      if (outcome === "not-here") continue;
      book.state = state;
      return changes.map((change) => this.#decision(change));
    }
    return noDecisions;
  }

  /** The agent was started anew: nobody looked meanwhile. */
  restart(): void {
    for (const book of this.#books.values()) book.state = resumeCamera(book.state);
  }

  state(cameraId: CameraId): CameraState | undefined {
    return this.#books.get(cameraId)?.state;
  }

  #decision(change: ViolationChange): Decision {
    const { event } = revisionRow(change, {
      config: this.#config,
      agentVersion: this.#agentVersion,
      isClockSynced: false,
    });
    this.#sequence += 1;
    const sequence = String(this.#sequence).padStart(20, "0");
    return { change, event: { ...event, sequence } };
  }
}

const noDecisions: readonly Decision[] = [];
