/**
 * The page marks in a text what the store's search found, by the same rule. Every text is searched
 * for every query, in a database, before and after indexing.
 */
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { migrate } from '../../../src/main/node/storage/database/message-schema.ts';
import { createSqliteStore } from '../../../src/main/node/storage/database/sqlite-store.ts';
import { snippetOf } from '../../../src/renderer/features/search/highlight.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { searchAll } from '../../fakes/store-slices.ts';
import { settleMs } from './describe-conversations.ts';
import { ana, incoming } from './sample-messages.ts';

const messages = [
  'The other theme of the cat',
  'José said jose, JOSE\u0301 and Josefine',
  'Straße, STRAẞE, strasse and Strategie',
  'ΟΔΟΣ οδός οδοντίατρος',
  'Это этаж, а не ЭТО',
  '東京タワーへ行く、東の京',
  'ｶﾞｯｺｳ ガッコウ かっこう',
  '우리학교에서 학교 학생',
  'สวัสดีครับ ดี',
  'हिन्दी हिन्दुस्तान',
  'שָׁלוֹם־עולם שלומית',
  'مُحَمَّد محمد محمود',
  'I like C++ and c, not cake',
  'said as v1.2.3, not 1 2 3 or 1.2.4',
  'a\nb\t\tc   done 🎉 party🎉',
  'ﬁne ＡＢＣ abc',
  '… -> :) ¨',
];
const queries = [
  ...['the', 'the cat', 'the dog', 't', 'jose', 'JOSÉ', 'josé and', 'strasse', 'STRAẞE', 'straß', 'str'],
  ...['οδος', 'οδο', 'οδο ΟΔΟΣ', 'это', 'эт', 'э', 'эта этаж', '東京', '東', '東 京', '京タ', 'ガ', 'か', 'ｶﾞ', '学'],
  ...['학교', '학', '교에', 'ดี', 'ด', 'हिन्द', 'हि', 'ह', 'שלום', 'שלו', 'محمد', 'مح', 'c++', 'c', 'c ca', '1.2.3', '1.2', '1'],
  ...['v1.2.3', 'b c', '🎉', 'par', 'fine', 'ABC', 'abc fi', '->', ':)', '…', '¨', '', '"', 'a b c', 'никто'],
];

/** The marked parts of the text. */
function marksIn(text: string, query: string): readonly string[] {
  return snippetOf(text, query).flatMap((part) => (part.isMatch ? [part.text] : []));
}

it('[STORE-6] a text has marks on the page if and only if the search finds it, indexed or not', async () => {
  const clock = createFakeClock();
  const database = new DatabaseSync(':memory:');
  migrate(database, 0);
  const store = createSqliteStore(database, { clock }, { isReadOnly: false, onDamage: () => undefined });
  messages.forEach((text, index) => store.addIncoming(incoming(index + 1, ana, { text })));
  const found = () =>
    queries.map((query) => ({
      query,
      texts: searchAll(store, query, { limit: 99 })
        .map(({ text }) => text)
        .toSorted(),
    }));
  const before = found();
  await clock.advance(settleMs);
  const after = found();
  store.close();

  const marked = queries.map((query) => ({
    query,
    texts: messages.filter((text) => marksIn(text, query).length > 0).toSorted(),
  }));
  expect(marked).toEqual(before);
  expect(marked).toEqual(after);
  // The table is no proof if nothing is found, or everything.
  expect(marked.filter(({ texts }) => texts.length > 0).length).toBeGreaterThan(40);
});
