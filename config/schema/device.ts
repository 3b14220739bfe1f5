/** The box itself: who it is, where it hangs, whose clock its schedules follow. */
import { z } from "zod";
import { digits, id, position, text } from "./leaves.ts";

export const deviceSchema = z
  .strictObject({
    id: id({
      description: "Name of this box; unique in its division. Stands in topics and events.",
    }),
    division: digits(6, {
      description: "Administrative division (GB/T 2260) that the box reports for.",
      examples: ["445102"],
    }),
    place: text(200, {
      description: "Where the box hangs, in words; the address in events.",
    }).optional(),
    location: position({
      description:
        "Where the box hangs, WGS 84. Stands in for cameras without a position of their own.",
    }).optional(),
    timezone: text(64, {
      description: "IANA name of the time zone that windows and days are meant in.",
      examples: ["Asia/Shanghai"],
    }).prefault("Asia/Shanghai"),
    grid: digits(15, {
      description: "Unit grid that the box stands in; begins with the division.",
    }).optional(),
  })
  .meta({ description: "The box itself." });
