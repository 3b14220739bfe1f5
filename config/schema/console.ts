/** The box's own page: where it is served, and under which certificate. */
import { z } from "zod";
import { listenAddress, text } from "./leaves.ts";

export const consoleSchema = z
  .strictObject({
    listen: listenAddress({
      description:
        "Where the box's own page is served; `false` serves it nowhere. Its users are made with `kerbside console passwd`.",
      examples: ["127.0.0.1:9480"],
    }).prefault(false),
    cert: text(500, { description: "PEM file of the page's certificate: HTTPS." }).optional(),
    key: text(500, { description: "PEM file of the key to `cert`." }).optional(),
  })
  .prefault({})
  .meta({ description: "The box's own page." });
