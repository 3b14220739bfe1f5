/** A scene drawn again: the same story to the second, and nothing that looks the same. */
import { expect, test } from "vitest";
import { configurationOf } from "./configuration.ts";
import { drawnAgain } from "./draw-again.ts";
import { dueViolations } from "./due-violations.ts";
import { library } from "./index.ts";
import type { LibraryScene } from "./library-scene.ts";

test("the drawing before the first is the scene itself", () => {
  for (const entry of library) expect(drawnAgain(entry, 0)).toBe(entry);
});

test("what is due in a drawing is due in the scene, at the same time and place of the street", () => {
  for (const entry of library) {
    const again = drawnAgain(entry, 3);
    const due = dueViolations(entry).map(withoutBox);
    expect(dueViolations(again).map(withoutBox), entry.scene.name).toEqual(due);
    expect({ ...again, scene: entry.scene }).toEqual(entry);
    expect(again.scene.things.map(timesOf)).toEqual(entry.scene.things.map(timesOf));
  }
});

test("what looks alike in the scene looks alike in the drawing, what differs differs", () => {
  for (const entry of library) {
    expect(alikeIn(drawnAgain(entry, 5)), entry.scene.name).toEqual(alikeIn(entry));
  }
});

test("the same number is the same scene, so the same picture to the byte; another one another", () => {
  const entry = sceneNamed("vending-chess-table");
  const first = drawnAgain(entry, 1).scene;
  expect(drawnAgain(entry, 1).scene).toEqual(first);
  for (const draw of [0, 2, 1_000]) {
    const { camera, street, light, things } = drawnAgain(entry, draw).scene;
    expect(camera).not.toEqual(first.camera);
    expect(street).not.toEqual(first.street);
    expect(light).not.toEqual(first.light);
    for (const [index, { look }] of things.entries()) {
      expect(look).not.toEqual(first.things[index]?.look);
    }
  }
});

test("its configuration is drawn into its own picture", () => {
  const entry = sceneNamed("parking-shared-bikes");
  expect(configurationOf(drawnAgain(entry, 1))).not.toBe(configurationOf(entry));
});

function sceneNamed(name: string): LibraryScene {
  const found = library.find(({ scene }) => scene.name === name);
  if (found === undefined) throw new Error(`no scene ${name}`);
  return found;
}

function withoutBox(due: object): object {
  return { ...due, box: undefined };
}

function timesOf({ id, fromMs, untilMs, steps, place }: LibraryScene["scene"]["things"][number]) {
  return { id, fromMs, untilMs, steps, place };
}

/** By thing: the first one with its look. */
function alikeIn({ scene }: LibraryScene): readonly number[] {
  const looks = scene.things.map(({ look }) => JSON.stringify(look));
  return looks.map((look) => looks.indexOf(look));
}
