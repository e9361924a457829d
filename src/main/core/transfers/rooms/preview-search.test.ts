/** The order in which members are asked for small pictures. */
import { expect, test } from 'vitest';
import { createPreviewSearch, maxTried } from './preview-search.ts';

const minuteMs = 60_000;
const author = 'a';
const others = Array.from({ length: 20 }, (_, index) => `m${index}`);

function makeSearch() {
  const search = createPreviewSearch(author, () => 0);
  /** Asks until there is nobody to ask. */
  const round = (possible: readonly string[], nowMs: number): readonly string[] => {
    const chosen = search.choose(possible, nowMs);
    return chosen === undefined ? [] : [chosen, ...round(possible, nowMs)];
  };
  return { search, round };
}

test('[RFILE-42] the author is asked first, then a few others, and all again after a pause that doubles', () => {
  const { search, round } = makeSearch();
  const first = round([...others, author], 0);
  expect(first).toEqual([author, ...others.slice(0, maxTried - 1)]);
  expect([round([...others, author], minuteMs - 1), search.nextMs()]).toEqual([[], minuteMs]);
  expect(round([...others, author], minuteMs)).toEqual(first);
  expect(search.nextMs()).toBe(3 * minuteMs);
});

test('[RFILE-42] a pause is an hour at most', () => {
  const { search, round } = makeSearch();
  for (let count = 0; count < 20; count += 1) round([author], search.nextMs() === Infinity ? 0 : search.nextMs());
  const startedMs = search.nextMs();
  round([author], startedMs);
  expect(search.nextMs() - startedMs).toBe(60 * minuteMs);
});

test('[RFILE-42] a member that comes back is asked at once, and the author starts a new round', () => {
  const { search, round } = makeSearch();
  const asked = round([...others], 0);
  search.heard('m15');
  expect(round(others, 1_000)).toEqual(['m15']);
  search.heard(author);
  expect(round([...others, author], 1_000)).toEqual([author, ...asked.slice(0, maxTried - 1)]);
});

test('[RFILE-42] a member that appears during a pause is asked, while there is place for it', () => {
  const { round } = makeSearch();
  expect([round(['m1'], 0), round(['m1', 'm2'], 1_000)]).toEqual([['m1'], ['m2']]);
});

test('[RFILE-45] nobody is asked while the author is busy, and the author first afterwards', () => {
  const { search, round } = makeSearch();
  expect(search.choose([author, 'm1'], 0)).toBe(author);
  search.rest(2_000);
  expect([round([author, 'm1'], 1_999), search.nextMs()]).toEqual([[], 2_000]);
  expect(round([author, 'm1'], 2_000)).toEqual([author, 'm1']);
});
