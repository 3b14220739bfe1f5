/**
 * A graph that we do not understand well enough to change.
 *
 * Thrown instead of guessing: a graph that was changed wrongly still runs and gives wrong boxes.
 * The loader turns it into MODEL_GRAPH_UNSUPPORTED with the model's name.
 */
export class GraphError extends Error {
  override readonly name = "GraphError";

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(shown(message), options);
  }
}

const lengthMax = 600;

/** Names in a graph are whatever its author wrote: control characters, a megabyte. */
function shown(message: string): string {
  const short = message.length > lengthMax ? `${message.slice(0, lengthMax)}…` : message;
  return short.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\u{FFFD}");
}
