/**
 * Finds the places in a text that a query matches, by the rule of the store (STORE-6), so that a
 * page marks exactly what the search found. Pure.
 */
import { foldWithPlaces } from './placed-fold.ts';
import { blank, placedWordLine, type Query } from './search-words.ts';

/** A part of the text, in UTF-16 code units. It never separates a letter from its marks. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/** @returns the matches in order; adjacent ones are one. None if the query does not match the text */
export function findMatches(query: Query, text: string): readonly Match[] {
  if (!query.matches(text)) return [];
  const folded = foldWithPlaces(text);
  const found = new Set<number>();
  for (const literal of query.literals) {
    for (const at of occurrencesOf(literal, folded.text)) {
      for (let index = at; index < at + literal.length; index += 1) found.add(index);
    }
  }
  const { line, places } = placedWordLine(folded.text);
  for (const part of new Set(query.parts)) {
    for (const at of occurrencesOf(part, line)) {
      for (const place of places.slice(at, at + part.length)) if (place !== blank) found.add(place);
    }
  }
  const matches: Match[] = [];
  for (const place of [...found].sort((a, b) => a - b)) {
    const [start = 0, end = 0] = [folded.starts[place], folded.ends[place]];
    const last = matches.at(-1);
    if (last === undefined || start > last.end) matches.push({ start, end });
    else matches[matches.length - 1] = { start: last.start, end: Math.max(end, last.end) };
  }
  return matches;
}

/** Overlapping ones too: `1.1` is twice in `1.1.1`. */
function occurrencesOf(part: string, text: string): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found.push(at);
  return found;
}
