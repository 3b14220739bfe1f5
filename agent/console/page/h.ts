/**
 * Makes elements: `h("button", { type: "button", onclick: save }, "Save")`.
 *
 * Text stays text: nothing a camera, a user or a file sends ever becomes markup. There is no
 * `style` attribute (the page's policy forbids it); set `element.style` where a number is needed.
 */
export type Child = Node | string | number | null | undefined | false;

type Attributes = Readonly<
  Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>
>;

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Child | readonly Child[])[]
): HTMLElementTagNameMap[Tag] {
  return dressed(document.createElement(tag), attributes, children);
}

/** The same for drawings. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Child | readonly Child[])[]
): SVGElementTagNameMap[Tag] {
  return dressed(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Everything that was in `host` goes. */
export function fill(host: Element, ...children: readonly Child[]): void {
  host.replaceChildren(...nodes(children));
}

function dressed<Made extends Element>(
  element: Made,
  attributes: Attributes,
  children: readonly (Child | readonly Child[])[],
): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...nodes(children.flat()));
  return element;
}

function nodes(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) =>
    child === null || child === undefined || child === false
      ? []
      : [typeof child === "number" ? String(child) : child],
  );
}
