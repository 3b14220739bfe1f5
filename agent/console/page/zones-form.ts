/**
 * The rules of a zone as a form, made from the configuration's own schema: what the schema knows the
 * form knows, with the same descriptions.
 *
 * A setting that is not given is not shown: its default counts, and it can be added from the list.
 */
import { fill, h } from "./h.ts";
import { say, sayTerm } from "./language/say.ts";
import type { Json } from "./zones-draft.ts";

export interface Schema {
  readonly type?: string;
  readonly const?: Json;
  readonly enum?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: Json;
  readonly defaultText?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

type Values = Readonly<Record<string, Json>>;
/** From what it is by then: another field may have changed meanwhile. */
export type Change = (edit: (before: Json) => Json) => void;

let fieldCount = 0;

/** A rule: its kind decides what else there is. */
export function ruleForm(schema: Schema, rule: Values, change: Change): HTMLElement {
  const kinds = (schema.oneOf ?? []).map(({ properties }) => textOf(properties?.["kind"]?.const));
  const kind = textOf(rule["kind"] ?? kinds[0]);
  const own = schema.oneOf?.find(({ properties }) => properties?.["kind"]?.const === kind) ?? {};
  const { kind: _, ...properties } = own.properties ?? {};
  const choice = h(
    "select",
    {
      onchange: (event) => {
        const wanted = (event.target as HTMLSelectElement).value;
        const known =
          schema.oneOf?.find((one) => one.properties?.["kind"]?.const === wanted)?.properties ?? {};
        // What both kinds know stays.
        const kept = Object.entries(rule).filter(
          ([key]) => key in known && key !== "kind" && key !== "of",
        );
        change(() => ({ kind: wanted, ...Object.fromEntries(kept) }));
      },
    },
    kinds.map((name) => h("option", { value: name, selected: name === kind }, sayTerm(name))),
  );
  return h(
    "div",
    { class: "fields" },
    labelled(say("zones.kind"), choice),
    ...objectFields({ ...own, properties }, rule, change),
  );
}

function objectFields(schema: Schema, values: Values, change: Change): readonly HTMLElement[] {
  const properties = Object.entries(schema.properties ?? {});
  const removeSetting = (name: string): void =>
    change((before) =>
      Object.fromEntries(Object.entries(valuesOf(before)).filter(([key]) => key !== name)),
    );
  const part =
    (name: string): Change =>
    (edit) =>
      change((before) => ({ ...valuesOf(before), [name]: edit(valuesOf(before)[name] ?? null) }));
  const shown = properties.filter(([name]) => name in values);
  const more = properties.filter(([name]) => !(name in values));
  const fields = shown.map(([name, field]) => {
    const remove = h(
      "button",
      {
        type: "button",
        class: "small",
        "aria-label": say("zones.removeSetting", { name }),
        onclick: () => removeSetting(name),
      },
      "×",
    );
    const isNeeded = schema.required?.includes(name) === true;
    return settingField(name, field, values[name] ?? null, part(name), isNeeded ? null : remove);
  });
  if (more.length === 0) return fields;
  const add = h(
    "select",
    {
      "aria-label": say("zones.addSetting"),
      onchange: (event) => {
        const name = (event.target as HTMLSelectElement).value;
        const field = schema.properties?.[name];
        if (field !== undefined) part(name)(() => beginning(field));
      },
    },
    h("option", { value: "" }, say("zones.addSetting")),
    more.map(([name, { defaultText, default: usual }]) => {
      const text =
        defaultText ?? (usual === undefined || typeof usual === "object" ? "" : String(usual));
      return h("option", { value: name }, text === "" ? name : `${name} (${text})`);
    }),
  );
  return [...fields, add];
}

function settingField(
  name: string,
  schema: Schema,
  value: Json,
  change: Change,
  remove: HTMLElement | null,
): HTMLElement {
  if (schema.type === "object") {
    const inner = objectFields(schema, valuesOf(value), change);
    return h("fieldset", {}, h("legend", {}, name, remove), described(schema), ...inner);
  }
  if (
    schema.type === "array" &&
    schema.items !== false &&
    schema.items !== undefined &&
    schema.prefixItems === undefined
  ) {
    return listField(name, schema, schema.items, listOf(value), change, remove);
  }
  return labelled(name, input(schema, value, change), remove, described(schema));
}

function listField(
  name: string,
  schema: Schema,
  items: Schema,
  values: readonly Json[],
  change: Change,
  remove: HTMLElement | null,
): HTMLElement {
  const legend = h("legend", {}, name, remove);
  if (items.enum !== undefined) {
    const boxes = items.enum.map((one) => {
      const box = h("input", {
        type: "checkbox",
        checked: values.includes(one),
        onchange: (event) => {
          const isOn = (event.target as HTMLInputElement).checked;
          change((before) => {
            const rest = listOf(before).filter((other) => other !== one);
            return isOn ? [...rest, one] : rest;
          });
        },
      });
      return h("label", { class: "tick" }, box, sayTerm(one));
    });
    return h("fieldset", {}, legend, described(schema), h("div", { class: "row" }, boxes));
  }
  const parts = values.map((value, index) => {
    const drop = h(
      "button",
      {
        type: "button",
        class: "small",
        "aria-label": say("zones.removeSetting", { name: `${name} ${index + 1}` }),
        onclick: () => change((before) => listOf(before).filter((_, at) => at !== index)),
      },
      "×",
    );
    const set: Change = (edit) =>
      change((before) => listOf(before).map((one, at) => (at === index ? edit(one) : one)));
    return settingField(`${name} ${index + 1}`, items, value, set, drop);
  });
  const add = h(
    "button",
    { type: "button", onclick: () => change((before) => [...listOf(before), beginning(items)]) },
    say("zones.add", { name }),
  );
  return h("fieldset", {}, legend, described(schema), ...parts, add);
}

function input(schema: Schema, value: Json, change: Change): HTMLElement {
  if (schema.enum !== undefined) {
    return h(
      "select",
      {
        onchange: (event) => {
          const { value: chosen } = event.target as HTMLSelectElement;
          change(() => chosen);
        },
      },
      schema.enum.map((one) => h("option", { value: one, selected: one === value }, sayTerm(one))),
    );
  }
  if (schema.type === "boolean") {
    return h("input", {
      type: "checkbox",
      checked: value === true,
      onchange: (event) => {
        const { checked } = event.target as HTMLInputElement;
        change(() => checked);
      },
    });
  }
  const isNumber = schema.type === "number" || schema.type === "integer";
  return h("input", {
    // A point is two numbers, written as one text.
    value: Array.isArray(value) ? value.join(", ") : textOf(value),
    inputmode: isNumber ? "decimal" : undefined,
    onchange: (event) => {
      const text = (event.target as HTMLInputElement).value.trim();
      const number = Number(text);
      if (isNumber) change(() => (text !== "" && Number.isFinite(number) ? number : text));
      else if (schema.prefixItems !== undefined) change(() => text.split(/[ ,]+/).map(Number));
      else change(() => text);
    },
  });
}

/** What a setting begins with when it is added. */
function beginning(schema: Schema): Json {
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0] ?? "";
  if (schema.prefixItems !== undefined) return [0.5, 0.5];
  if (schema.type === "array") return [];
  if (schema.type === "boolean") return true;
  if (schema.type === "number" || schema.type === "integer") return schema.minimum ?? 0;
  if (schema.type !== "object") return "";
  const needed = (schema.required ?? []).map(
    (name) => [name, beginning(schema.properties?.[name] ?? {})] as const,
  );
  return Object.fromEntries(needed);
}

function described({ description, defaultText }: Schema): HTMLElement | null {
  if (description === undefined) return null;
  return h(
    "small",
    { class: "quiet", lang: "en" },
    description,
    defaultText === undefined ? null : ` (${defaultText})`,
  );
}

function labelled(
  name: string,
  field: HTMLElement,
  ...more: readonly (HTMLElement | null)[]
): HTMLElement {
  fieldCount += 1;
  field.id = `field-${fieldCount}`;
  const row = h("div", { class: "field" });
  fill(row, h("label", { for: field.id }, name), field, ...more);
  return row;
}

function textOf(value: Json | undefined): string {
  return value === undefined || typeof value === "object" ? "" : String(value);
}

function valuesOf(value: Json): Values {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Values) : {}; // isArray leaves readonly lists in
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []; // isArray loses the type
}
