/** Pictures that go with an event: how long and how much of them the box keeps. */
import { z } from "zod";
import { byteSize, duration, oneOf, whole, yesOrNo } from "./leaves.ts";
import { date } from "./window.ts";

const maskError = "expected a score from 0.1 to 0.6";
const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
const dayMs = 86_400_000;

export const evidenceSchema = z
  .strictObject({
    pictures: yesOrNo({
      description: "Whether events get evidence at all; `false` sends them without.",
    }).prefault(true),
    clip: yesOrNo({
      description: "Whether a few seconds of video around a warning and a report go with them.",
    }).prefault(true),
    quality: whole(
      { min: 40, max: 95 },
      { description: "JPEG quality of stills; less where `perViolation` asks for it." },
    ).prefault(85),
    compositeWidth: whole(
      { min: 960, max: 3840 },
      { description: "Width of the composite in pixels." },
    ).prefault(1600),
    perViolation: byteSize(
      { min: mebibyte, max: 256 * mebibyte },
      {
        description:
          "Most bytes of all evidence of one violation. Stills lose quality before a clip is left out, and a clip before a still.",
      },
    ).prefault("12MiB"),
    masks: z
      .strictObject({
        plates: oneOf(["masked", "shown"], {
          description:
            "`shown` leaves the plate of the vehicle that a violation is about; every other is masked all the same.",
        }).prefault("masked"),
        threshold: z
          .number({ error: maskError })
          .min(0.1, { error: maskError })
          .max(0.6, { error: maskError })
          .prefault(0.2)
          .meta({
            description:
              "From which score on something may be a person, whose head is masked. Lower masks more, also what is none.",
          }),
      })
      .prefault({})
      .meta({ description: "Who is made unrecognisable in pictures that are kept or sent." }),
    site: z
      .strictObject({
        published: date("Day on which the cameras' place was made public.").optional(),
        legalReview: date("Day of the legal review of the site.").optional(),
        technicalReview: date("Day of the technical review of the site.").optional(),
      })
      .prefault({})
      .meta({
        description:
          "The site's record. An event is `enforceable` only when all three days are named and over.",
      }),
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
