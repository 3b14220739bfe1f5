/**
 * Draws a part of the page anew without disturbing who works in it: never between the press and the
 * click of a button (the click would be lost), and the field that has the focus has it afterwards.
 */
export class CalmRedraw {
  readonly #host: HTMLElement;
  readonly #draw: () => void;
  #isPressed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: HTMLElement, draw: () => void, signal: AbortSignal) {
    this.#host = host;
    this.#draw = draw;
    addEventListener("pointerdown", () => this.#press(true), { signal, capture: true });
    for (const end of ["pointerup", "pointercancel"] as const) {
      addEventListener(end, () => this.#press(false), { signal, capture: true });
    }
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#run(), 0);
  }

  #press(isPressed: boolean): void {
    this.#isPressed = isPressed;
  }

  #run(): void {
    if (this.#isPressed) {
      this.#timer = setTimeout(() => this.#run(), 30);
      return;
    }
    const fields = (): readonly Element[] => [
      ...this.#host.querySelectorAll("input, select, textarea, button"),
    ];
    const { activeElement } = document;
    const at = activeElement === null ? -1 : fields().indexOf(activeElement);
    this.#draw();
    const again = fields()[at];
    if (again instanceof HTMLElement) again.focus();
  }
}
