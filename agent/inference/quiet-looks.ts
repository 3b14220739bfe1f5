/**
 * The saved looks of the loop's views: which look may repeat the last analysis, and what it says.
 *
 * Holds what is known of each view that has a bound (`quiet-view.ts`) beside its last look. Whether
 * the rules can do with a repeated look is asked of them before each. A view without a bound is
 * not here, and costs nothing.
 */
import type { Look } from "../../pipelines/domain/look.ts";
import type { CropRequest, PictureNotice, ViewJob } from "./ports.ts";
import { tinyBytes, tinyRequest } from "./quiet-picture.ts";
import { QuietView, type ReuseLevel } from "./quiet-view.ts";
import { streamKey, viewKey } from "./view-book.ts";

/** Said of a look before it is given to them: nothing is decided on it, and they know all of it. */
export type MayReuse = (look: Look) => boolean;

export interface RepeatedLook {
  readonly look: Look;
  /** What said that nothing has changed. */
  readonly by: ReuseLevel;
  /** What released it; of the second level the picture that was decoded. */
  readonly picture: { readonly pictureNumber: number; readonly capturedAtMs: number };
}

interface ViewState {
  /** The same while the view looks at the same thing in the same way. */
  readonly settings: string;
  readonly job: ViewJob;
  readonly quiet: QuietView;
  /** The decoder's while a look is in work. */
  readonly tiny: Uint8Array;
  /** A tiny picture was asked for with the look in work. */
  isTinyAsked: boolean;
  last: Look | undefined;
  newest: PictureNotice | undefined;
}

export class QuietLooks {
  #views = new Map<string, ViewState>();
  #byStream = new Map<string, ViewState[]>();
  readonly #savedCounts: Record<ReuseLevel, number> = { packets: 0, picture: 0 };
  #mayReuse: MayReuse = () => false;

  start(mayReuse: MayReuse): void {
    this.#mayReuse = mayReuse;
  }

  /** Views that stay as they are keep what was learnt of them. */
  set(jobs: readonly ViewJob[]): void {
    const kept = new Map<string, ViewState>();
    this.#byStream = new Map();
    for (const job of jobs) {
      if (job.reuseMs === undefined || job.reuseMs <= 0) continue;
      const key = viewKey(job);
      const stream = streamKey(job);
      const settings = settingsOf(job);
      const known = this.#views.get(key);
      const view = known?.settings === settings ? known : newView(settings, job);
      kept.set(key, view);
      this.#byStream.set(stream, [...(this.#byStream.get(stream) ?? []), view]);
    }
    this.#views = kept;
  }

  /** Looks that were not analysed, by what said so. */
  get savedCounts(): Readonly<Record<ReuseLevel, number>> {
    return { ...this.#savedCounts };
  }

  /** Changes that packets did not show. */
  get packetsWrongCount(): number {
    let count = 0;
    for (const { quiet } of this.#views.values()) count += quiet.packetsWrongCount;
    return count;
  }

  announced(stream: string, notice: PictureNotice): void {
    for (const view of this.#byStream.get(stream) ?? []) {
      view.newest = notice;
      view.quiet.announced(notice.sizes);
    }
  }

  /** The look that the newest picture gives without being decoded; undefined: decode it. */
  byPackets(key: string, nowMonoMs: number): RepeatedLook | undefined {
    const view = this.#views.get(key);
    const picture = view?.newest;
    if (view === undefined || picture === undefined) return undefined;
    if (!view.quiet.isQuietByPackets(nowMonoMs)) return undefined;
    const look = this.#again(view, picture.capturedAtMs);
    return look === undefined ? undefined : { look, by: "packets", picture };
  }

  /** What is to be decoded beside the crops of these views: at most so many. */
  requests(keys: readonly string[], countMax: number): readonly CropRequest[] {
    const requests: CropRequest[] = [];
    for (const key of keys) {
      const view = this.#views.get(key);
      if (view === undefined) continue;
      view.isTinyAsked = requests.length < countMax;
      if (view.isTinyAsked) requests.push(tinyRequest(view.job.crop, view.tiny));
    }
    return requests;
  }

  /**
   * The looks that a decoded picture gives without being analysed: of all these views, or undefined
   * when one of them wants the analysis that would serve them all.
   */
  byPicture(
    keys: readonly string[],
    picture: RepeatedLook["picture"],
    nowMonoMs: number,
  ): readonly RepeatedLook[] | undefined {
    const repeated: RepeatedLook[] = [];
    for (const key of keys) {
      const view = this.#views.get(key);
      // Each is told of its picture, whatever the others say.
      const isQuiet =
        view?.isTinyAsked === true && view.quiet.isQuietByPicture(view.tiny, nowMonoMs);
      const look =
        view === undefined || !isQuiet ? undefined : this.#again(view, picture.capturedAtMs);
      if (look !== undefined) repeated.push({ look, by: "picture", picture });
    }
    return repeated.length === keys.length ? repeated : undefined;
  }

  /** A repeated look was delivered. */
  saved(key: string, { look, by }: RepeatedLook): void {
    const view = this.#views.get(key);
    if (view !== undefined) view.last = look;
    this.#savedCounts[by] += 1;
  }

  /** A look of its own was delivered. */
  analysed(key: string, look: Look): void {
    const view = this.#views.get(key);
    if (view === undefined) return;
    view.last = look;
    if (view.isTinyAsked) view.quiet.analysed();
    else view.quiet.interrupt();
  }

  lost(key: string): void {
    this.#views.get(key)?.quiet.interrupt();
  }

  #again({ last }: ViewState, capturedAtMs: number): Look | undefined {
    // A camera's clock was set back.
    if (last === undefined || capturedAtMs <= last.capturedAtMs) return undefined;
    const look: Look = { ...last, capturedAtMs, isReused: true };
    return this.#mayReuse(look) ? look : undefined;
  }
}

function newView(settings: string, job: ViewJob): ViewState {
  const { reuseMs = 0, crop } = job;
  return {
    settings,
    job,
    quiet: new QuietView({ reuseMs, crop }),
    tiny: new Uint8Array(tinyBytes),
    isTinyAsked: false,
    last: undefined,
    newest: undefined,
  };
}

function settingsOf({ crop, model, thresholds, reuseMs, everyMs, stream }: ViewJob): string {
  return JSON.stringify([crop, model.modelTag, thresholds ?? {}, reuseMs, everyMs, stream]);
}
