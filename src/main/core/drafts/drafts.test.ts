/** The area on a store in memory that commits in groups, as in a node. */
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { fakePeerId } from '../../../../test/fakes/fake-hallway.ts';
import { maxMessageBytes } from '../../../shared/contract/messages.ts';
import { conversationOf } from '../../../shared/lib/ids.ts';
import { createMemoryStore } from '../../node/storage/memory/memory-store.ts';
import { createStoreWriter } from '../messaging/delivery/store-writer.ts';
import { createDrafts } from './drafts.ts';

const withAna = conversationOf(fakePeerId(1));
const unexpected = (error: unknown): void => {
  throw error;
};

function startDrafts() {
  const clock = createFakeClock();
  const store = createMemoryStore({ clock });
  const { persist } = createStoreWriter({ clock, store, onProblem: () => undefined });
  const drafts = createDrafts({ store: store.drafts, persist, onListenerError: unexpected });
  const emitted: string[] = [];
  drafts.subscribe(({ text }) => emitted.push(text));
  async function settled<Result>(act: Promise<Result>): Promise<Result> {
    await clock.advance(0);
    return act;
  }
  const set = async (text: string): Promise<number> => {
    await settled(drafts.set(withAna, text));
    return drafts.get(withAna).version;
  };
  /** Persists nothing but the draft's end. */
  const send = (version: number, isOk = true) =>
    drafts.send(withAna, version, (alongside) => persist(alongside).then(() => ({ ok: isOk })));
  return { clock, store, drafts, emitted, settled, set, send };
}

describe('a draft', () => {
  it('[DRAFT-1] is persisted, emitted once per change, and removed by an empty text', async () => {
    const { drafts, emitted, set } = startDrafts();
    const none = drafts.get(withAna);
    for (const text of ['half', 'half', 'half a thought', '']) await set(text);
    expect({ none: [none.text, none.version], emitted, now: drafts.get(withAna).text }).toEqual({
      none: ['', 0],
      emitted: ['half', 'half a thought', ''],
      now: '',
    });
  });

  it('[DRAFT-2] is as long as a message at most', async () => {
    const { drafts, settled } = startDrafts();
    const results = [
      await settled(drafts.set(withAna, 'x'.repeat(maxMessageBytes))),
      await drafts.set(withAna, 'é'.repeat(8_193)),
    ];
    expect(results.map((result) => (result.ok ? 'set' : result.code))).toEqual(['set', 'too-long']);
  });

  it('that the store refuses is said, and nothing is emitted', async () => {
    const { store, drafts, emitted, settled } = startDrafts();
    store.close();
    await expect(settled(drafts.set(withAna, 'lost'))).resolves.toMatchObject({ ok: false, code: 'draft-not-kept' });
    expect(emitted).toEqual([]);
  });
});

describe('sending a draft', () => {
  it('[DRAFT-4] removes it, and a second send of the same version is refused', async () => {
    const { drafts, set, send, settled } = startDrafts();
    const version = await set('only once');
    const first = await settled(send(version));
    const second = await send(version);
    expect({ first, second, text: drafts.get(withAna).text }).toMatchObject({
      first: { ok: true },
      second: { ok: false, code: 'draft-sent' },
      text: '',
    });
  });

  it('[DRAFT-4] refuses the second send while the first one is under way', async () => {
    const { clock, set, send } = startDrafts();
    const version = await set('only once');
    const both = Promise.all([send(version), send(version)]);
    await clock.advance(0);
    expect((await both).map(({ ok }) => ok)).toEqual([true, false]);
  });

  it('[DRAFT-4] that fails leaves it, and it may be sent again', async () => {
    const { drafts, set, settled } = startDrafts();
    const version = await set('precious');
    const failed = await drafts.send(withAna, version, () => Promise.resolve({ ok: false }));
    const text = drafts.get(withAna).text;
    const again = await settled(drafts.send(withAna, version, () => Promise.resolve({ ok: true })));
    expect([failed.ok, text, again.ok, drafts.get(withAna).text]).toEqual([false, 'precious', true, '']);
  });

  it('[DRAFT-4] keeps what another window wrote since', async () => {
    const { drafts, set, send, settled } = startDrafts();
    const version = await set('one');
    await set('one and more');
    await settled(send(version));
    expect(drafts.get(withAna)).toMatchObject({ text: 'one and more', sentVersion: version });
  });

  it('[DRAFT-4] a text that was never saved as a draft is sent once too, and so is the next one', async () => {
    const { drafts, send, settled } = startDrafts();
    const codes = [];
    for (const version of [0, 0, drafts.get(withAna).version + 1]) codes.push((await settled(send(version))).ok);
    expect(codes).toEqual([true, false, true]);
  });
});
