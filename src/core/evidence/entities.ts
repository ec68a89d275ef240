/**
 * Character references as HTML and Markdown write them. Of the 2,125 named ones these are all that
 * stand for something ASCII, for a space or for nothing visible; the others are ordinary letters
 * and signs, which hide nothing (a test compares this table with the whole list).
 */

/** Controls, bidi, joiners, tags, selectors, fillers, private use, unassigned, unpaired. */
export const INVISIBLE = /(?![\n\t])[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/gu;

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  AMP: "&",
  lt: "<",
  LT: "<",
  gt: ">",
  GT: ">",
  quot: '"',
  QUOT: '"',
  apos: "'",
  num: "#",
  excl: "!",
  dollar: "$",
  percnt: "%",
  lpar: "(",
  rpar: ")",
  ast: "*",
  midast: "*",
  plus: "+",
  comma: ",",
  period: ".",
  sol: "/",
  colon: ":",
  semi: ";",
  equals: "=",
  quest: "?",
  commat: "@",
  lsqb: "[",
  lbrack: "[",
  bsol: "\\",
  rsqb: "]",
  rbrack: "]",
  Hat: "^",
  lowbar: "_",
  UnderBar: "_",
  grave: "`",
  DiacriticalGrave: "`",
  lcub: "{",
  lbrace: "{",
  verbar: "|",
  vert: "|",
  VerticalLine: "|",
  rcub: "}",
  rbrace: "}",
  fjlig: "fj",
  Tab: "\t",
  NewLine: "\n",
  nbsp: " ",
  NonBreakingSpace: " ",
  ensp: " ",
  emsp: " ",
  emsp13: " ",
  emsp14: " ",
  numsp: " ",
  puncsp: " ",
  thinsp: " ",
  ThinSpace: " ",
  hairsp: " ",
  VeryThinSpace: " ",
  MediumSpace: " ",
  ThickSpace: "  ",
  shy: "",
  zwj: "",
  zwnj: "",
  lrm: "",
  rlm: "",
  NoBreak: "",
  ZeroWidthSpace: "",
  NegativeVeryThinSpace: "",
  NegativeThinSpace: "",
  NegativeMediumSpace: "",
  NegativeThickSpace: "",
  ApplyFunction: "",
  af: "",
  InvisibleTimes: "",
  it: "",
  InvisibleComma: "",
  ic: "",
};

/** An ampersand that was itself escaped, however often, counts as one. */
const REFERENCE =
  /&(?:amp;|AMP;|#0{0,6}38;|#[xX]0{0,5}26;)*(?:#(\d{1,7});?|#[xX]([0-9a-fA-F]{1,6});?|([A-Za-z][A-Za-z0-9]{1,31});)/g;

/** Text with its references as what they stand for; unknown names stay as they are. */
export function decodeEntities(text: string): string {
  return text.replaceAll(REFERENCE, (_, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return Object.hasOwn(NAMED, name) ? String(NAMED[name]) : `&${name};`;
    return charOf(decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal));
  });
}

/** What stands for no character is nothing to see. */
function charOf(code: number): string {
  return code > 0x10_ff_ff || (code >= 0xd8_00 && code <= 0xdf_ff)
    ? ""
    : String.fromCodePoint(code);
}
