/** The comments of a YAML text, so that an edit can be proved to have kept each of them. */
import { Lexer } from "yaml";

/** What the lexer puts before a value, which may begin with the sign of a comment. */
const scalarAhead = "\u001f";

/** Without their sign and the space around them, in the order of the text. */
export function commentsIn(text: string): readonly string[] {
  const comments: string[] = [];
  let before = "";
  for (const token of new Lexer().lex(text)) {
    if (token.startsWith("#") && before !== scalarAhead) comments.push(token.slice(1).trim());
    before = token;
  }
  return comments;
}

/** Those of `before` that `after` has not, each counted as often as it stands there. */
export function lostComments(before: string, after: string): readonly string[] {
  const left = new Map<string, number>();
  for (const comment of commentsIn(after)) left.set(comment, (left.get(comment) ?? 0) + 1);
  return commentsIn(before).filter((comment) => {
    const count = left.get(comment) ?? 0;
    left.set(comment, count - 1);
    return count <= 0;
  });
}
