/** What a zone is called, what it is, and its rules. */
import { h } from "./h.ts";
import { say } from "./language/say.ts";
import type { Zone } from "./zones-draft.ts";
import { ruleForm, type Schema } from "./zones-form.ts";

type Rules = NonNullable<Zone["rules"]>;

export function zoneFields(
  schema: Schema,
  zone: Zone,
  does: {
    rename(id: string): void;
    change(edit: (zone: Zone) => Zone): void;
  },
): readonly HTMLElement[] {
  const { rules = [] } = zone;
  const rename = h("input", {
    id: "zones-id",
    value: zone.id,
    onchange: (event) => does.rename((event.target as HTMLInputElement).value.trim()),
  });
  const tags = h("input", {
    id: "zones-tags",
    value: Array.isArray(zone["tags"]) ? zone["tags"].join(" ") : "",
    placeholder: "school fire-lane",
    onchange: (event) => {
      const words = (event.target as HTMLInputElement).value
        .split(/[\s,]+/)
        .filter((word) => word !== "");
      does.change(({ tags: _, ...rest }) => (words.length === 0 ? rest : { ...rest, tags: words }));
    },
  });
  const put = (edit: (rules: Rules) => Rules) =>
    does.change((one) => ({ ...one, rules: edit(one.rules ?? []) }));
  return [
    h("div", { class: "field" }, h("label", { for: "zones-id" }, say("zones.name")), rename),
    h("div", { class: "field" }, h("label", { for: "zones-tags" }, say("zones.tags")), tags),
    ...rules.map((rule, index) =>
      h(
        "fieldset",
        {},
        h(
          "legend",
          {},
          say("zones.rule", { number: index + 1 }),
          h(
            "button",
            {
              type: "button",
              class: "small",
              "aria-label": say("zones.removeSetting", {
                name: say("zones.rule", { number: index + 1 }),
              }),
              onclick: () => put((all) => all.filter((_, at) => at !== index)),
            },
            "×",
          ),
        ),
        ruleForm(schema, rule, (edit) =>
          put((all) => all.map((one, at) => (at === index ? (edit(one) as typeof rule) : one))),
        ),
      ),
    ),
    h(
      "button",
      { type: "button", onclick: () => put((all) => [...all, { kind: "illegal-parking" }]) },
      say("zones.addRule"),
    ),
  ];
}
