/**
 * A graph that we do not understand well enough to change.
 *
 * Thrown instead of guessing: a graph that was changed wrongly still runs and gives wrong boxes.
 * The loader turns it into MODEL_GRAPH_UNSUPPORTED with the model's name.
 */
export class GraphError extends Error {
  override readonly name = "GraphError";
}
