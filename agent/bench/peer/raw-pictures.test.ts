import fc from "fast-check";
import { expect, test } from "vitest";
import { RawPictures } from "./raw-pictures.ts";

test("pictures come out whole, however the pipe cuts them", () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(bytes, fc.array(fc.integer({ min: 1, max: 40 })), (stream, sizes) => {
      const pictures: Uint8Array[] = [];
      const cutter = new RawPictures(7, (picture) => pictures.push(picture));
      let at = 0;
      for (const size of [...sizes, stream.length]) {
        cutter.add(stream.subarray(at, at + size));
        at += size;
      }
      expect(pictures.length).toBe(Math.floor(stream.length / 7));
      const joined = pictures.flatMap((picture) => [...picture]);
      expect(joined).toEqual([...stream.subarray(0, joined.length)]);
    }),
  );
});
