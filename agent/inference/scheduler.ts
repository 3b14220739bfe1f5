/**
 * Decides which view is looked at next: pure, time comes in with each call.
 *
 * A look is released by the first picture captured at least a period after the last look's, less
 * half a keyframe distance; its deadline is half a period after the release, at most 1 s. A view
 * has one released look at most, and a picture is looked at once. Cameras that begin together (a
 * box that starts, a switch that comes back) would stay together: after its first look a view's
 * next comes sooner by a share of its period that is its stream's own; and the look after one that
 * its stream made late (some seconds without pictures) comes when it would have come anyway.
 *
 * While every deadline can be met: earliest deadline first. When one has passed, until nothing
 * waits: earliest end of the period first, so that no view waits longer than its period and one
 * batch; and when the views ask for more than the box has: by turns. Each look moves its view's
 * turn on by one period (as the camera's keyframes allow it), and the earliest turn is next, so
 * looks come in the ratio of the periods: all are stretched alike and none starves. Looks of one
 * stream go along with its most urgent one; once behind, only those whose turn would come before
 * its next, so that none gets more than its share. Every decision costs O(log n).
 */
import { HeapPlace, IndexedHeap } from "./indexed-heap.ts";
import { LoadMeter, utilisation } from "./load-meter.ts";

export interface ScheduledView {
  readonly key: string;
  readonly streamKey: string;
  readonly everyMs: number;
  /** Looks of one stream with the same key need room for one; its own when there is none. */
  readonly inputKey?: string;
}

/** A picture of a stream, as far as time is concerned. */
export interface PictureMoment {
  readonly pictureNumber: number;
  readonly capturedAtMs: number;
  readonly arrivedAtMonoMs: number;
  readonly keyframeDistanceMs: number;
}

export interface Release {
  readonly key: string;
  readonly releasedAtMonoMs: number;
  readonly deadlineMonoMs: number;
}

/** Released looks of one stream: one picture serves them all. */
export interface DueLooks {
  readonly streamKey: string;
  readonly looks: readonly Release[];
}

const deadlineMsMax = 1_000;

/** Capture and arrival may differ this much between two looks before the capture clock is wrong. */
const clockSlackMs = 2_000;

/** A view whose camera has sent nothing for so many periods asks for nothing. */
const silentPeriodsMax = 3;

/** A box that has nothing to do for more of its time has no more than it can carry. */
const idleShareMax = 0.2;

/**
 * How many of the longest periods a view that could not be looked at may catch up on. Less would
 * bind while all goes well: turns of views with long periods lie that far apart, and forgiving
 * those with short ones their debt stretches them more than the others.
 */
const catchUpPeriodsMax = 2;

/** A stream was away when nothing came of it for so many periods, or twice as many pictures. */
const awayRatio = 1.2;

/** Its multiples, without their whole part, lie apart as evenly as can be however many there are. */
const goldenRatio = 0.618_033_988_749_895;

interface KnownRelease extends Release {
  readonly pictureNumber: number;
  /** What the view's period comes to with the pictures that its camera sends. */
  readonly periodMs: number;
  /** Of its period: when the look after this one comes. */
  readonly nextShare: number;
}

class ViewState {
  readonly key: string;
  readonly streamKey: string;
  everyMs: number;
  inputKey: string;
  /** The picture of the last look, also of one in work. */
  last: PictureMoment | undefined;
  /** Pictures up to this one have been looked at, or tried. */
  triedNumber = Number.NEGATIVE_INFINITY;
  /** The same, before the look in work. */
  triedBeforeNumber = Number.NEGATIVE_INFINITY;
  release: KnownRelease | undefined;
  isInWork = false;
  /** Nothing was seen of its stream for longer than its period, or ever. */
  isFresh = true;
  /** Of its period: when its next look comes. */
  nextShare = 1;
  /** Milliseconds of turns: the end of its period, but when there is too much to do. */
  turnMs = Number.NEGATIVE_INFINITY;
  costMs: number | undefined;
  readonly deadlinePlace = new HeapPlace<ViewState>(this);
  readonly turnPlace = new HeapPlace<ViewState>(this);

  constructor({ key, streamKey, everyMs, inputKey = key }: ScheduledView) {
    this.key = key;
    this.streamKey = streamKey;
    this.everyMs = everyMs;
    this.inputKey = inputKey;
  }
}

interface StreamState {
  readonly views: ViewState[];
  /** Of a period: how far the looks of its fresh views are moved away from other streams'. */
  readonly phase: number;
  newest: PictureMoment | undefined;
}

export class DeadlineScheduler {
  readonly #views = new Map<string, ViewState>();
  readonly #streams = new Map<string, StreamState>();
  #streamCount = 0;
  /** Released and not in work, by deadline and by turn: always the same views. */
  readonly #byDeadline = new IndexedHeap<ViewState>();
  readonly #byTurn = new IndexedHeap<ViewState>();
  readonly #meter = new LoadMeter();
  #isBehind = false;
  #isOverloaded = false;
  /** Decisions until the load is measured again: one a view, so it costs nothing a decision. */
  #measureIn = 0;
  /** The turn that was taken last. */
  #turnFrontMs = Number.NEGATIVE_INFINITY;
  /** Of the periods of looks since the views were set. */
  #longestMs = 0;

  /** Released looks that wait. */
  get waitingCount(): number {
    return this.#byDeadline.size;
  }

  /** A deadline has passed and the queue has not been empty since. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** The views ask for more than there is: all are stretched. */
  get isOverloaded(): boolean {
    return this.#isOverloaded;
  }

  /** Views that stay keep their state; looks in work of views that go are forgotten. */
  update(views: readonly ScheduledView[]): void {
    const wanted = new Map(views.map((view) => [view.key, view]));
    for (const state of this.#views.values()) {
      if (wanted.get(state.key)?.streamKey !== state.streamKey) this.#remove(state);
    }
    for (const view of views) {
      const { key, everyMs, inputKey = key } = view;
      if (!(everyMs > 0)) throw new RangeError(`a period must be above 0, got ${everyMs}`);
      const known = this.#views.get(key);
      if (known === undefined) this.#add(view);
      else Object.assign(known, { everyMs, inputKey });
    }
    this.#longestMs = 0;
  }

  /** A picture has arrived. Pictures of streams that no view looks at are forgotten. */
  offer(streamKey: string, moment: PictureMoment): void {
    const stream = this.#streams.get(streamKey);
    if (stream === undefined) return;
    const silentMs = moment.arrivedAtMonoMs - (stream.newest?.arrivedAtMonoMs ?? 0);
    stream.newest = moment;
    for (const view of stream.views) {
      const longestMs = Math.max(view.everyMs, 2 * moment.keyframeDistanceMs);
      if (silentMs > awayRatio * longestMs) view.isFresh = true;
      this.#consider(view, moment);
    }
  }

  /**
   * The most urgent look and those of its stream that wait too, now in work: of at most `inputsMax`
   * inputs. Undefined when nothing waits.
   */
  next(nowMonoMs: number, inputsMax = Number.POSITIVE_INFINITY): DueLooks | undefined {
    const urgent = inputsMax < 1 ? undefined : this.#mostUrgent(nowMonoMs);
    if (urgent === undefined) return undefined;
    const stream = this.#streams.get(urgent.streamKey);
    const views = [urgent];
    let inputCount = 1;
    const turnMsMax = this.#turnMsMaxBeside(urgent);
    for (const view of stream?.views ?? []) {
      if (view === urgent || !isWaiting(view)) continue;
      if (!views.some(({ inputKey }) => inputKey === view.inputKey)) {
        if (inputCount === inputsMax || view.turnMs > turnMsMax) continue;
        inputCount += 1;
      }
      views.push(view);
    }
    const looks = views.map((view) => this.#take(view, stream));
    this.#meter.began(views, nowMonoMs, this.#byDeadline.size > 0);
    return { streamKey: urgent.streamKey, looks };
  }

  /**
   * Which picture is really looked at: it may be newer than the one that released. False when the
   * view has seen it already, or is gone.
   */
  looking(key: string, picture: Pick<PictureMoment, "pictureNumber" | "capturedAtMs">): boolean {
    const view = this.#views.get(key);
    const { pictureNumber, capturedAtMs } = picture;
    if (view?.last === undefined || pictureNumber <= view.triedBeforeNumber) return false;
    view.last = { ...view.last, pictureNumber, capturedAtMs };
    view.triedNumber = Math.max(view.triedNumber, pictureNumber);
    if (view.release !== undefined && view.release.pictureNumber <= view.triedNumber) {
      view.release = undefined;
    }
    return true;
  }

  /** The look is over; without one the next picture releases, however soon it comes. */
  finished(key: string, { isLost }: { readonly isLost: boolean }): void {
    const view = this.#views.get(key);
    if (view === undefined || !view.isInWork) return;
    view.isInWork = false;
    if (isLost) view.last = undefined;
    const newest = this.#streams.get(view.streamKey)?.newest;
    if (view.release !== undefined) this.#enqueue(view, view.release);
    else if (newest !== undefined) this.#consider(view, newest);
  }

  /** Who goes along with another must not get more than its share where there is not enough. */
  #turnMsMaxBeside({ turnMs, release }: ViewState): number {
    if (!this.#isBehind && !this.#isOverloaded) return Number.POSITIVE_INFINITY;
    return turnMs + (release?.periodMs ?? 0);
  }

  #mostUrgent(nowMonoMs: number): ViewState | undefined {
    const byDeadline = this.#byDeadline.first();
    if (byDeadline === undefined) {
      this.#isBehind = false;
      this.#meter.idle(nowMonoMs);
      return undefined;
    }
    if (byDeadline.key < nowMonoMs) this.#isBehind = true;
    if (this.#measureIn <= 0) this.#measure(nowMonoMs);
    this.#measureIn -= 1;
    return this.#isBehind || this.#isOverloaded ? this.#byTurn.first()?.item : byDeadline.item;
  }

  #measure(nowMonoMs: number): void {
    this.#measureIn = this.#views.size;
    const load = utilisation(this.#views.values(), (view) => {
      const newest = this.#streams.get(view.streamKey)?.newest;
      if (newest === undefined) return Number.POSITIVE_INFINITY;
      const periodMs = periodWith(view.everyMs, newest.keyframeDistanceMs);
      const isSilent = nowMonoMs - newest.arrivedAtMonoMs > silentPeriodsMax * periodMs;
      return isSilent ? Number.POSITIVE_INFINITY : periodMs;
    });
    const idleShare = this.#meter.takeIdleShare(nowMonoMs);
    this.#isOverloaded = load > 1 && idleShare < idleShareMax;
  }

  #take(view: ViewState, stream: StreamState | undefined): Release {
    const { release } = view;
    const newest = stream?.newest;
    if (release === undefined) throw new RangeError(`view ${view.key} has no released look`);
    this.#byDeadline.remove(view.deadlinePlace);
    this.#byTurn.remove(view.turnPlace);
    this.#turnFrontMs = view.turnMs;
    view.release = undefined;
    view.isInWork = true;
    view.nextShare = view.isFresh ? (stream?.phase ?? 1) : release.nextShare;
    view.isFresh = false;
    view.last = newest;
    view.triedBeforeNumber = view.triedNumber;
    view.triedNumber = newest?.pictureNumber ?? view.triedNumber;
    return release;
  }

  #consider(view: ViewState, moment: PictureMoment): void {
    if (view.release !== undefined || !isReleasedBy(view, moment)) return;
    const { pictureNumber, arrivedAtMonoMs } = moment;
    const periodMs = periodWith(view.everyMs, moment.keyframeDistanceMs);
    view.release = {
      key: view.key,
      pictureNumber,
      periodMs,
      nextShare: shareAfter(view, moment, periodMs),
      releasedAtMonoMs: arrivedAtMonoMs,
      deadlineMonoMs: arrivedAtMonoMs + Math.min(view.everyMs / 2, deadlineMsMax),
    };
    if (!view.isInWork) this.#enqueue(view, view.release);
  }

  #enqueue(view: ViewState, release: KnownRelease): void {
    const { periodMs } = release;
    this.#longestMs = Math.max(this.#longestMs, periodMs);
    if (this.#isOverloaded) {
      const earliestMs = this.#turnFrontMs - catchUpPeriodsMax * this.#longestMs;
      view.turnMs = Math.max(view.turnMs, earliestMs) + periodMs;
    } else {
      view.turnMs = release.releasedAtMonoMs + periodMs;
      this.#turnFrontMs = Number.NEGATIVE_INFINITY;
    }
    this.#byDeadline.push(view.deadlinePlace, release.deadlineMonoMs);
    this.#byTurn.push(view.turnPlace, view.turnMs);
  }

  #add(added: ScheduledView): void {
    const stream = this.#streams.get(added.streamKey) ?? this.#newStream();
    this.#streams.set(added.streamKey, stream);
    const view = new ViewState(added);
    this.#views.set(view.key, view);
    stream.views.push(view);
  }

  #newStream(): StreamState {
    const phase = 1 - ((this.#streamCount * goldenRatio) % 1);
    this.#streamCount += 1;
    return { views: [], phase, newest: undefined };
  }

  #remove(view: ViewState): void {
    this.#byDeadline.remove(view.deadlinePlace);
    this.#byTurn.remove(view.turnPlace);
    this.#views.delete(view.key);
    const stream = this.#streams.get(view.streamKey);
    stream?.views.splice(stream.views.indexOf(view), 1);
    if (stream?.views.length === 0) this.#streams.delete(view.streamKey);
  }
}

function isWaiting(view: ViewState): boolean {
  return view.release !== undefined && !view.isInWork;
}

/** What a period comes to when pictures come a keyframe distance apart. */
export function periodWith(everyMs: number, keyframeDistanceMs: number): number {
  if (keyframeDistanceMs <= 0) return everyMs;
  const exact = (everyMs - keyframeDistanceMs / 2) / keyframeDistanceMs;
  return keyframeDistanceMs * Math.max(1, Math.ceil(exact - 1e-9));
}

function isReleasedBy(view: ViewState, moment: PictureMoment): boolean {
  const { last, triedNumber, everyMs, nextShare } = view;
  if (moment.pictureNumber <= triedNumber) return false;
  if (last === undefined) return true;
  return elapsedMs(last, moment) >= nextShare * everyMs - moment.keyframeDistanceMs / 2;
}

/** Back to its own rhythm: what one silence made late together would stay together for ever. */
function shareAfter(view: ViewState, moment: PictureMoment, periodMs: number): number {
  const { last, everyMs, nextShare } = view;
  const { keyframeDistanceMs } = moment;
  if (last === undefined) return 1;
  const lateMs = elapsedMs(last, moment) - periodWith(nextShare * everyMs, keyframeDistanceMs);
  return lateMs < keyframeDistanceMs / 2 ? 1 : 1 - ((lateMs / periodMs) % 1);
}

/** A camera whose clock was set must not go unseen until the clock has caught up. */
function elapsedMs(last: PictureMoment, moment: PictureMoment): number {
  const arrivedMs = moment.arrivedAtMonoMs - last.arrivedAtMonoMs;
  const capturedMs = moment.capturedAtMs - last.capturedAtMs;
  return Math.abs(capturedMs - arrivedMs) > clockSlackMs ? arrivedMs : capturedMs;
}
