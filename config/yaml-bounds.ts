/**
 * What a YAML text may cost, judged before it is parsed: how deep it nests, how many pieces it has.
 *
 * The parser keeps an object for every piece and an error for every fault, so a megabyte of
 * brackets would take a gigabyte and many seconds. Pieces come from the library's own lexer, which
 * is fast and keeps nothing.
 */
import { Lexer } from "yaml";

/** Words, signs, spaces and line ends. A file of a megabyte as people write them has 350,000. */
const yamlPiecesMax = 400_000;
const flowDepthMax = 64;
/** Signs that begin one value inside the other on one line: `- - - a`. */
const signsMax = 64;
/** Anchors and type tags before one value. */
const marksMax = 8;

const tooDeep = "values are nested too deeply";

export interface BoundsFault {
  readonly offset: number;
  readonly message: string;
}

/** Undefined when the text may be parsed. */
export function boundsFault(text: string): BoundsFault | undefined {
  let offset = 0;
  let pieceCount = 0;
  let flowDepth = 0;
  let signCount = 0;
  let markCount = 0;
  let isScalarNext = false;
  for (const piece of new Lexer().lex(text)) {
    pieceCount += 1;
    if (pieceCount > yamlPiecesMax) {
      const message = `the file has more than ${yamlPiecesMax} words and signs: divide it, or write it shorter`;
      return { offset, message };
    }
    // What a text begins with says nothing.
    switch (isScalarNext ? scalarMark : (piece[0] ?? "")) {
      case "[":
      case "{":
        flowDepth += 1;
        signCount = 0;
        markCount = 0;
        break;
      case "]":
      case "}":
        flowDepth -= 1;
        break;
      case "-":
      case "?":
      case ":":
        signCount += 1;
        break;
      case "&":
      case "!":
        markCount += 1;
        break;
      case "\n":
      case "\r":
        signCount = 0;
        break;
      case scalarMark:
      case "*":
        signCount = 0;
        markCount = 0;
        break;
    }
    if (flowDepth > flowDepthMax || signCount > signsMax) return { offset, message: tooDeep };
    if (markCount > marksMax) return { offset, message: "too many anchors or type tags in a row" };
    isScalarNext = piece === scalarMark;
    if (!isControl(piece)) offset += piece.length;
  }
  return undefined;
}

/** The lexer's own mark: a scalar follows. */
const scalarMark = "\u001F";

/** Its other marks are of one character too, and none of them stands in the text. */
function isControl(piece: string): boolean {
  return piece === scalarMark || piece === "\u0002" || piece === "\u0018";
}
