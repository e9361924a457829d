/**
 * How wide a text is in a terminal. Close enough to line up: terminals themselves disagree on
 * emoji.
 */

const segmenter = new Intl.Segmenter();
const wide =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{17000}-\u{18aff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;

/** Columns of a terminal: two for a wide character. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of segmenter.segment(text)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

/** @returns the text, or as much of it as fits, with a mark that there is more */
export function cutColumns(text: string, maxColumns: number): string {
  let columns = 0;
  let end = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    const width = wide.test(segment) ? 2 : 1;
    if (columns + width > maxColumns) return `${text.slice(0, end)}…`;
    columns += width;
    // Room is kept for the mark, as long as it is not certain that all fits.
    if (columns <= maxColumns - 1) end = index + segment.length;
  }
  return text;
}

/** Filled up with blanks, or cut. */
export function fitColumns(text: string, columns: number): string {
  const cut = cutColumns(text, columns);
  return cut + ' '.repeat(Math.max(0, columns - columnsOf(cut)));
}

/**
 * @param rows the first is the head.
 * @returns lines without a line feed at the end of the last, each column as wide as it needs to be
 */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => columnsOf(row[column] ?? '')))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - columnsOf(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Room for a wide character behind one blank. No terminal is narrower. */
const minColumns = 3;
/** The least room of a row behind its indent: a wide character. */
const minRowColumns = 2;
const noWidth = /^[\p{Mn}\p{Me}]$/u;
const pictograph = /^\p{Extended_Pictographic}$/u;

/**
 * Breaks a line into rows, between words where that is possible, so that no terminal breaks it: the
 * start of a row, where a notice or the name of an author stands, must never be for a text to
 * choose.
 *
 * @param columns of the terminal
 * @param wantedIndent blanks before every row but the first; fewer in a very narrow terminal
 */
export function wrapColumns(line: string, columns: number, wantedIndent: number): readonly string[] {
  const limit = Math.max(columns, minColumns);
  const indent = Math.min(wantedIndent, limit - minRowColumns);
  const isIndented = /^\s/u.test(line);
  const rows: string[] = [];
  let row = '';
  let width = 0;
  for (const word of line.match(/^\s+\S+|\s+|\S+/gu) ?? ['']) {
    const wordWidth = widestColumnsOf(word);
    if (width + wordWidth <= limit) add(word, wordWidth);
    else if (word.trim() === '') startRow();
    else if (wordWidth <= limit - indent) {
      startRow();
      add(word, wordWidth);
    } else addInPieces(word);
  }
  finishRow();
  return rows.length > 0 ? rows : [''];

  function add(text: string, textWidth: number): void {
    // Blanks between words are not carried over to the next row.
    if (rows.length > 0 && width === indent && text.trim() === '') return;
    row += text;
    width += textWidth;
  }

  function finishRow(): void {
    if (row.trim() !== '') rows.push(row.trimEnd());
  }

  function startRow(): void {
    finishRow();
    row = ' '.repeat(rows.length > 0 || isIndented ? indent : 0);
    width = row.length;
  }

  function addInPieces(word: string): void {
    if (width > indent) startRow();
    for (const { segment } of segmenter.segment(word)) {
      // An emoji of several is taken apart where not even a row of its own has room for it.
      const isTooWide = widestColumnsOf(segment) > limit - indent;
      for (const part of isTooWide ? segment : [segment]) {
        const partWidth = widestColumnsOf(part);
        if (width + partWidth > limit) startRow();
        add(part, partWidth);
      }
    }
  }
}

/** As wide as any terminal may take it to be: some show the parts of an emoji one by one. */
function widestColumnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    // The variation selector that makes a narrow symbol a wide emoji counts as the second column.
    if (noWidth.test(character) && character !== '\ufe0f') continue;
    columns += wide.test(character) || pictograph.test(character) ? 2 : 1;
  }
  return columns;
}
