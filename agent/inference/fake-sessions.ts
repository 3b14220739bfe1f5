/**
 * Session threads for tests, without threads: each run is held until the test answers it.
 *
 * What a test can do to one: answer, fail, let it die. A hang is simply no answer.
 */
import { type Detections, noDetections } from "../../pipelines/domain/detections.ts";
import type { SessionEvents, SessionLink, StartSession } from "./session-link.ts";
import type { SessionModel, ToSession } from "./session-messages.ts";

type Run = ToSession & { readonly type: "run" };

export class FakeSession implements SessionLink {
  readonly runs: Run[] = [];
  readonly models: SessionModel[] = [];
  isEnded = false;
  readonly #events: SessionEvents;
  readonly #behaviour: FakeBehaviour;

  constructor(events: SessionEvents, behaviour: FakeBehaviour) {
    this.#events = events;
    this.#behaviour = behaviour;
  }

  send(message: ToSession): void {
    if (message.type === "run") {
      this.runs.push(message);
      if (this.#behaviour.answersAtOnce) queueMicrotask(() => this.answer());
      return;
    }
    this.models.push(message.model);
    const { modelTag } = message.model;
    const text = this.#behaviour.loadFailure;
    queueMicrotask(() => {
      if (text !== undefined) this.#events.onMessage({ type: "load-failed", modelTag, text });
      else this.#events.onMessage({ type: "loaded", modelTag });
    });
  }

  end(): Promise<void> {
    this.isEnded = true;
    return Promise.resolve();
  }

  /** Answers the oldest run. */
  answer(detections: Detections = noDetections): void {
    const run = this.#take();
    this.#events.onMessage({
      type: "done",
      id: run.id,
      detections: run.inputs.map(() => detections),
      runMs: 1,
    });
  }

  fail(text: string): void {
    this.#events.onMessage({ type: "failed", id: this.#take().id, text });
  }

  die(why: string): void {
    this.#events.onGone(why);
  }

  #take(): Run {
    const run = this.runs.shift();
    if (run === undefined) throw new Error("the session has nothing to do");
    return run;
  }
}

export interface FakeBehaviour {
  answersAtOnce?: boolean;
  loadFailure?: string;
}

/** Starts fakes and remembers them in the order of their start. */
export function fakeSessions(behaviour: FakeBehaviour = {}): {
  readonly started: FakeSession[];
  readonly startSession: StartSession;
} {
  const started: FakeSession[] = [];
  const startSession: StartSession = (events) => {
    const session = new FakeSession(events, behaviour);
    started.push(session);
    return session;
  };
  return { started, startSession };
}
