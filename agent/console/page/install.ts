/**
 * The guided first start: a list of what is ready and what is missing, and a form for each thing
 * that is missing. Made for a phone on a ladder: one thing below the other.
 */
import { ask } from "./ask.ts";
import { fill, h } from "./h.ts";
import { say, type WordKey } from "./language/say.ts";
import type { Page, PageContext } from "./page.ts";

interface State {
  readonly version: string;
  readonly steps: readonly {
    readonly step: "device" | "clock" | "hub" | "camera" | "picture" | "zones" | "calibration";
    readonly camera: string | null;
    readonly state: "done" | "missing" | "waiting" | "optional";
    readonly detail: string;
  }[];
  readonly device: {
    readonly id: string;
    readonly division: string;
    readonly place: string;
    readonly location: readonly [number, number] | null;
  };
  readonly hub?: { readonly address: string; readonly isAcknowledging: boolean };
}

interface Saved {
  readonly outcome: "saved" | "conflict" | "refused";
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly applied?: { readonly isApplied: boolean; readonly why?: string };
}

const marks = { done: "✓", missing: "✗", waiting: "…", optional: "○" } as const;
const kinds = { done: "good", missing: "bad", waiting: "warn", optional: "quiet" } as const;
const askedMax = 20;
const askEveryMs = 1_000;

export const page: Page = {
  title: "install.title",
  role: "editor",
  show: async (host, context) => {
    const state = await ask<State>("/api/install");
    if (!context.signal.aborted) new InstallPage(host, context, state).draw();
  },
};

class InstallPage {
  readonly #host: HTMLElement;
  readonly #context: PageContext;
  readonly #list = h("section");
  readonly #cameraUrl = h("input", {
    id: "install-url",
    placeholder: "rtsp://192.0.2.11/main",
    inputmode: "url",
    autocomplete: "off",
  });
  #state: State;

  constructor(host: HTMLElement, context: PageContext, state: State) {
    this.#host = host;
    this.#context = context;
    this.#state = state;
  }

  draw(): void {
    fill(
      this.#host,
      this.#list,
      h("div", { class: "cards" }, this.#device(), this.#hub(), this.#camera()),
    );
    this.#drawList();
  }

  async #again(): Promise<void> {
    this.#state = await ask<State>("/api/install");
    this.#drawList();
  }

  #drawList(): void {
    const { steps } = this.#state;
    const isReady = steps.every(({ state }) => state === "done" || state === "optional");
    fill(
      this.#list,
      h("h2", {}, say("install.list")),
      isReady ? h("p", { class: "good" }, say("install.ready")) : null,
      h(
        "ul",
        { class: "steps" },
        steps.map(({ step, camera, state, detail }) =>
          h(
            "li",
            {},
            h(
              "span",
              { class: kinds[state] },
              `${marks[state]} ${say(`install.${state}` as WordKey)}`,
            ),
            ` ${say(`install.${step}` as WordKey)} ${camera ?? ""} `,
            h("small", { class: "quiet" }, detail),
            " ",
            step === "zones" && camera !== null
              ? h("a", { href: `#zones/${camera}` }, say("install.toZones"))
              : null,
            step === "calibration" && camera !== null
              ? h("a", { href: `#calibrate/${camera}` }, say("install.toCalibrate"))
              : null,
          ),
        ),
      ),
      h("button", { type: "button", onclick: () => void this.#again() }, say("install.again")),
    );
  }

  #device(): HTMLElement {
    const { place, division, location } = this.#state.device;
    const fields = {
      place: h("input", { id: "install-place", value: place }),
      division: h("input", { id: "install-division", value: division, inputmode: "numeric" }),
      location: h("input", {
        id: "install-location",
        value: location?.join(", ") ?? "",
        placeholder: "116.6470, 23.6700",
      }),
    };
    return this.#form("device", Object.entries(fields), () => {
      const [longitude, latitude] = fields.location.value.split(/[\s,，]+/).map(Number);
      return {
        ...(fields.place.value === "" ? {} : { place: fields.place.value }),
        division: fields.division.value,
        ...(fields.location.value === "" ? {} : { location: [longitude, latitude] }),
      };
    });
  }

  #hub(): HTMLElement {
    const { hub } = this.#state;
    const address = h("input", {
      id: "install-hub",
      value: hub?.address ?? "",
      placeholder: "mqtts://hub.example.city:8883",
      inputmode: "url",
    });
    const user = h("input", { id: "install-hub-user", autocomplete: "off" });
    const password = h("input", {
      id: "install-hub-password",
      type: "password",
      autocomplete: "new-password",
    });
    const told = h("div", { role: "status" });
    const card = this.#form(
      "hub",
      [
        ["address", address],
        ["user", user],
        ["password", password],
      ],
      () => ({
        url: address.value,
        ...(user.value === "" ? {} : { user: user.value }),
        ...(password.value === "" ? {} : { password: password.value }),
      }),
    );
    card.append(
      h("button", { type: "button", onclick: () => void this.#test(told) }, say("install.test")),
      told,
    );
    return card;
  }

  #camera(): HTMLElement {
    const id = h("input", { id: "install-id", placeholder: "east", autocapitalize: "off" });
    const user = h("input", { id: "install-user", autocomplete: "off", autocapitalize: "off" });
    const password = h("input", {
      id: "install-password",
      type: "password",
      autocomplete: "new-password",
    });
    const found = h("div", { "aria-live": "polite" });
    const card = this.#form(
      "camera",
      [
        ["id", id],
        ["address", this.#cameraUrl],
        ["user", user],
        ["password", password],
      ],
      () => ({
        id: id.value,
        url: this.#cameraUrl.value,
        ...(user.value === "" ? {} : { user: user.value }),
        ...(password.value === "" ? {} : { password: password.value }),
      }),
    );
    card.append(
      h("button", { type: "button", onclick: () => void this.#find(found) }, say("install.find")),
      found,
    );
    return card;
  }

  #form(
    what: "device" | "hub" | "camera",
    fields: readonly (readonly [string, HTMLInputElement])[],
    values: () => object,
  ): HTMLElement {
    const told = h("div", { role: "status" });
    const save = async (): Promise<void> => {
      try {
        const body = { ...values(), version: this.#state.version };
        const saved = await ask<Saved>(`/api/install/${what}`, { method: "POST", body });
        fill(told, ...answers(saved));
        await this.#again();
      } catch (error) {
        fill(told, failed(error));
      }
    };
    const onsubmit = (event: Event): void => {
      event.preventDefault();
      void save();
    };
    return h(
      "section",
      { class: "card" },
      h("h2", {}, what === "camera" ? say("install.newCamera") : say(`install.${what}` as WordKey)),
      h(
        "form",
        { class: "fields", onsubmit },
        fields.map(([name, field]) =>
          h(
            "div",
            { class: "field" },
            h("label", { for: field.id }, say(`install.${name}` as WordKey)),
            field,
          ),
        ),
        h("button", { class: "main" }, say("install.save")),
        told,
      ),
    );
  }

  async #test(told: HTMLElement): Promise<void> {
    const { signal } = this.#context;
    try {
      const { note } = await ask<{ note: string }>("/api/install/test-event", {
        method: "POST",
        signal,
      });
      fill(told, h("p", {}, say("install.testSent")));
      for (let asked = 0; asked < askedMax && !signal.aborted; asked += 1) {
        await new Promise((resolve) => setTimeout(resolve, askEveryMs));
        const path = `/api/install/test-event?note=${encodeURIComponent(note)}`;
        const { state, uplink } = await ask<{
          state: string;
          uplink: { state: string; detail: string } | null;
        }>(path, { signal });
        if (state === "answered") {
          const isHub = this.#state.hub?.isAcknowledging === true;
          fill(
            told,
            h("p", { class: "good" }, say(isHub ? "install.testHub" : "install.testBroker")),
          );
          return;
        }
        const why = `${uplink?.state ?? ""} ${uplink?.detail ?? ""}`;
        if (asked > 3) fill(told, h("p", { class: "warn" }, say("install.testLate", { why })));
      }
    } catch (error) {
      if (!signal.aborted) fill(told, failed(error));
    }
  }

  async #find(host: HTMLElement): Promise<void> {
    fill(host, h("p", {}, say("install.finding")));
    try {
      const { signal } = this.#context;
      const { cameras } = await ask<{
        cameras: readonly { address: string; name: string | null; hardware: string | null }[];
      }>("/api/install/discover", { method: "POST", signal });
      const use = (address: string) => (): void => {
        this.#cameraUrl.value = `rtsp://${address}/`;
        this.#cameraUrl.focus();
      };
      fill(
        host,
        cameras.length === 0 ? h("p", {}, say("install.foundNone")) : null,
        h(
          "ul",
          {},
          cameras.map(({ address, name, hardware }) =>
            h(
              "li",
              {},
              `${address} ${name ?? ""} ${hardware ?? ""} `,
              h(
                "button",
                { type: "button", class: "small", onclick: use(address) },
                say("install.take"),
              ),
            ),
          ),
        ),
      );
    } catch (error) {
      fill(host, failed(error));
    }
  }
}

function answers({ outcome, errors = [], applied }: Saved): readonly HTMLElement[] {
  if (outcome === "conflict") return [h("p", { class: "warn" }, say("zones.conflict"))];
  if (outcome === "refused")
    return errors.map(({ path, message }) =>
      h("p", { role: "alert", class: "bad" }, `${path} ${message}`),
    );
  if (applied?.isApplied === false)
    return [h("p", { class: "warn" }, say("zones.savedNotApplied", { why: applied.why ?? "" }))];
  return [h("p", { class: "good" }, say("install.saved"))];
}

function failed(error: unknown): HTMLElement {
  const why = error instanceof Error ? error.message : String(error);
  return h("p", { role: "alert", class: "bad" }, say("shell.failed", { why }));
}
