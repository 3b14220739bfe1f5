import { expect, test } from "vitest";
import { checkSizes } from "./inference.ts";

function looksAt(inputWidth: number, inputHeight: number) {
  return { modelTag: `of-${inputWidth}@0`, inputWidth, inputHeight };
}

test("cost is compared with a detector of the same size or a smaller one", () => {
  expect(() => checkSizes(looksAt(416, 416), looksAt(416, 416))).not.toThrow();
  expect(() => checkSizes(looksAt(448, 448), looksAt(416, 416))).not.toThrow();
  expect(() => checkSizes(looksAt(416, 416), looksAt(448, 448))).toThrow(
    "of-416@0 looks at 416 × 416 pixels, of-448@0 at 448 × 448",
  );
  expect(() => checkSizes(looksAt(640, 384), looksAt(416, 416))).toThrow("looks at 640 × 384");
});
