/** How wide a text is in a terminal. Close enough to line up: terminals themselves disagree on emoji. */

const segmenter = new Intl.Segmenter();
const wide =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u;

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
