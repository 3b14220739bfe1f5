/** Pictures that go with an event: how long and how much of them the box keeps. */
import { z } from "zod";
import { byteSize, duration, yesOrNo } from "./leaves.ts";

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
const dayMs = 86_400_000;

export const evidenceSchema = z
  .strictObject({
    pictures: yesOrNo({
      description: "Whether events get evidence at all; `false` sends them without.",
    }).prefault(true),
    keep: z
      .strictObject({
        age: duration(
          { min: 3_600_000, max: 3650 * dayMs },
          {
            description:
              "Longest that evidence is kept on the box. What the hub does not have by then is dropped too, and the hub is told.",
          },
        ).prefault("30d"),
        bytes: byteSize(
          { min: 16 * mebibyte, max: 64 * 1024 * gibibyte },
          {
            description:
              "Most bytes of it. What the hub has goes first, of what it does not have the warned before the reported.",
          },
        ).prefault("10GiB"),
      })
      .prefault({})
      .meta({ description: "How long and how much." }),
  })
  .prefault({})
  .meta({ description: "Pictures that go with events: masked, signed, kept and sent." });
