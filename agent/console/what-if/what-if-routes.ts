/** Asks what the last days would have been, and says it with the pictures that there are. */
import { cameraId } from "../../../pipelines/domain/ids.ts";
import type { ReplayedViolation } from "../../replay/violation-list.ts";
import type { ConsolePorts } from "../console-ports.ts";
import type { ConfigurationEditor } from "../edit/configuration-editor.ts";
import { editBytesMax, editOf, whatIfBody } from "../edit/edit-body.ts";
import { type Route, route } from "../routes.ts";
import { WhatIfDesk } from "./what-if.ts";

/** More than anybody looks at. */
const listedMax = 100;

export function whatIfRoutes(ports: ConsolePorts, editor: ConfigurationEditor): readonly Route[] {
  const desk = new WhatIfDesk(ports, editor);
  return [
    route({
      method: "POST",
      path: "/api/what-if",
      role: "editor",
      body: whatIfBody,
      bodyBytesMax: editBytesMax,
      handle: async ({ body, signal }, { user }) => {
        const answer = await desk.answer({
          user,
          camera: cameraId(body.camera),
          edit: editOf(body.cameras, editor.read()),
          days: body.days,
          signal,
        });
        if (answer.outcome !== "known") return { json: answer };
        const { same, appeared, disappeared, changed } = answer.comparison;
        return {
          json: {
            ...answer,
            comparison: {
              same,
              counts: [disappeared.length, appeared.length, changed.length],
              disappeared: disappeared.slice(0, listedMax).map(told),
              appeared: appeared.slice(0, listedMax).map(told),
              changed: changed.slice(0, listedMax).map(({ before, after, changes }) => ({
                ...told(after),
                was: told(before),
                changes,
              })),
            },
          },
        };
      },
    }),
  ];
}

function told({
  violation,
  zone,
  kind,
  stage,
  severity,
  box,
  firstSeenAt,
  warnedAt,
  reportedAt,
  endedAt,
}: ReplayedViolation) {
  return {
    violation,
    zone,
    kind,
    stage,
    severity,
    box,
    firstSeenAt,
    warnedAt,
    reportedAt,
    endedAt,
  };
}
