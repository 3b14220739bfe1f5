/** The camera's picture to draw on. A box that is busy masking has none at once: it is asked again. */
import { h } from "./h.ts";
import { say } from "./language/say.ts";

const triesMax = 10;
const againMs = 2_000;

export class StreetPicture {
  readonly element = h("img", { alt: say("zones.picture"), class: "street" });
  #camera = "";
  #tries = 0;

  constructor(onLoaded: () => void, signal: AbortSignal) {
    this.element.addEventListener("load", onLoaded);
    this.element.addEventListener("error", () => {
      this.#tries += 1;
      if (this.#tries < triesMax && !signal.aborted) setTimeout(() => this.#ask(), againMs);
    });
  }

  get width(): number {
    return this.element.naturalWidth;
  }

  get height(): number {
    return this.element.naturalHeight;
  }

  show(camera: string): void {
    this.#camera = camera;
    this.#tries = 0;
    this.#ask();
  }

  #ask(): void {
    this.element.src = `/api/edit/picture/${encodeURIComponent(this.#camera)}?at=${Date.now()}`;
  }
}
