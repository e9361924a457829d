/** Two pages on one core: their drafts, and what becomes of them when the link is lost. */
import { afterEach, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createFakeConversations } from '../../../../test/fakes/fake-conversations.ts';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf } from '../../../../test/fakes/fake-hallway.ts';
import { createMemoryLink } from '../../../../test/fakes/memory-link.ts';
import { serveUi } from '../../../main/hosts/ui-server/serve-ui.ts';
import { maxMessageBytes } from '../../../shared/contract/messages.ts';
import { conversationOf } from '../../../shared/lib/ids.ts';
import { createRpcClient } from '../../../shared/rpc/rpc.ts';
import { createDrafts, forgetOldDrafts, maxKnownDrafts, saveDelayMs, type Drafts } from './drafts.ts';

const ana = fakePeerId(1);
const withAna = conversationOf(ana);

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function startCore() {
  const clock = createFakeClock();
  const conversations = createFakeConversations({ nowMs: clock.wallMs() });
  const hallway = createFakeHallway(fakeSelf(), conversations);
  hallway.putPeer(fakePeer(1, { name: 'Ana' }));
  const sent = (): readonly string[] => conversations.store.history(withAna, { limit: 10 }).map(({ text }) => text);
  /** Opens a page that shows the conversation. */
  async function openPage() {
    const link = createMemoryLink();
    ends.push(serveUi(hallway, link.right, { clock }));
    const client = createRpcClient(link.left, { setTimer: clock.setTimer });
    const drafts = createDrafts({ link: link.left, client, setTimer: clock.setTimer });
    // A page that asked for no snapshot hears nothing.
    link.left.onOpen(() => void client.call('snapshot', {}));
    drafts.open(withAna);
    await clock.advance(0);
    const send = (text = drafts.of(withAna)): Promise<{ ok: boolean; code?: string }> =>
      drafts.send(withAna, text, (draft) => client.call('send', { to: ana, text, ...(draft !== undefined && { draft }) }));
    return { drafts, link, send };
  }
  const saved = (): string => hallway.drafts?.get(withAna).text ?? '';
  return { clock, hallway, openPage, saved, sent };
}

const textOf = (drafts: Drafts): string => drafts.of(withAna);

describe('a draft', () => {
  test('[DRAFT-3] is shown by every page, and by the next one', async () => {
    const { clock, openPage } = startCore();
    const [first, second] = [await openPage(), await openPage()];
    first.drafts.set(withAna, 'half a thought');
    await clock.advance(saveDelayMs);
    const third = await openPage();
    expect([first, second, third].map(({ drafts }) => textOf(drafts))).toEqual(Array(3).fill('half a thought'));
  });

  test('[DRAFT-5] is saved at most once in 300 ms, and at once before the page closes', async () => {
    const { clock, hallway, openPage, saved } = startCore();
    const { drafts } = await openPage();
    let changes = 0;
    hallway.drafts?.subscribe(() => (changes += 1));
    for (let letters = 1; letters <= 30; letters += 1) {
      drafts.set(withAna, 'x'.repeat(letters));
      await clock.advance(saveDelayMs / 10);
    }
    const before = [saved().length, changes];
    drafts.set(withAna, 'last words');
    drafts.flush();
    await clock.advance(0);
    expect([before, saved()]).toEqual([[30, 3], 'last words']);
  });

  test('[DRAFT-4] is sent by one of two pages, and the other says so', async () => {
    const { clock, openPage, sent } = startCore();
    const [first, second] = [await openPage(), await openPage()];
    first.drafts.set(withAna, 'only once');
    await clock.advance(saveDelayMs);
    const results = Promise.all([first.send(), second.send()]);
    await clock.advance(saveDelayMs);
    expect({
      codes: (await results).map(({ ok, code }) => (ok ? 'sent' : (code ?? ''))).toSorted((a, b) => a.localeCompare(b)),
      shown: [first, second].map(({ drafts }) => textOf(drafts)),
      sent: sent(),
    }).toEqual({ codes: ['draft-sent', 'sent'], shown: ['', ''], sent: ['only once'] });
  });

  test('[DRAFT-4] two messages that follow each other at once are both sent', async () => {
    const { clock, openPage, sent } = startCore();
    const { drafts, send } = await openPage();
    drafts.set(withAna, 'one');
    const first = send();
    drafts.set(withAna, 'two');
    const second = send();
    await clock.advance(saveDelayMs);
    expect([(await first).ok, (await second).ok, sent(), textOf(drafts)]).toEqual([true, true, ['two', 'one'], '']);
  });

  test('[DRAFT-6] typed while the link is closed is saved when it opens', async () => {
    const { clock, openPage, saved } = startCore();
    const { drafts, link } = await openPage();
    link.close();
    drafts.set(withAna, 'typed alone');
    await clock.advance(saveDelayMs);
    const meanwhile = [textOf(drafts), drafts.hasUnsaved(), saved()];
    link.open();
    await clock.advance(saveDelayMs);
    expect([meanwhile, textOf(drafts), drafts.hasUnsaved(), saved()]).toEqual([
      ['typed alone', true, ''],
      'typed alone',
      false,
      'typed alone',
    ]);
  });

  test('[DRAFT-6] typed in two pages while their links are closed loses neither text', async () => {
    const { clock, openPage, saved } = startCore();
    const [first, second] = [await openPage(), await openPage()];
    for (const { link } of [first, second]) link.close();
    first.drafts.set(withAna, 'one');
    second.drafts.set(withAna, 'two');
    for (const { link } of [first, second]) {
      link.open();
      await clock.advance(saveDelayMs);
    }
    expect([saved(), textOf(first.drafts), textOf(second.drafts)]).toEqual(Array(3).fill('one\ntwo'));
  });

  test('[DRAFT-6] that was sent as the link broke does not come back', async () => {
    const { clock, openPage, sent, saved } = startCore();
    const { drafts, link, send } = await openPage();
    drafts.set(withAna, 'arrives');
    await clock.advance(saveDelayMs);
    const sending = send();
    // The call arrives in the microtasks after it leaves; its answer takes some more.
    for (let turn = 0; turn < 6 && sent().length === 0; turn += 1) await Promise.resolve();
    link.close();
    const outcome = await sending;
    const lost = textOf(drafts);
    link.open();
    await clock.advance(saveDelayMs);
    expect({ outcome: outcome.code, lost, found: textOf(drafts), saved: saved(), sent: sent() }).toEqual({
      outcome: 'link-closed',
      lost: 'arrives',
      found: '',
      saved: '',
      sent: ['arrives'],
    });
  });

  test('[DRAFT-6] that was not sent as the link broke comes back', async () => {
    const { clock, openPage, sent, saved } = startCore();
    const { drafts, link, send } = await openPage();
    link.close();
    drafts.set(withAna, 'waits');
    const outcome = await send();
    link.open();
    await clock.advance(saveDelayMs);
    expect([outcome.code, textOf(drafts), saved(), sent()]).toEqual(['link-closed', 'waits', 'waits', []]);
  });

  test('that is too long for a message stays in the page', async () => {
    const { clock, openPage, saved } = startCore();
    const { drafts } = await openPage();
    drafts.set(withAna, 'é'.repeat(maxMessageBytes / 2 + 1));
    await clock.advance(saveDelayMs);
    expect([textOf(drafts).length, saved()]).toEqual([maxMessageBytes / 2 + 1, '']);
  });

  test('is forgotten by the page, not by the core, when many others were shown since', async () => {
    const { clock, openPage } = startCore();
    const { drafts } = await openPage();
    drafts.set(withAna, 'long ago');
    await clock.advance(saveDelayMs);
    for (let number = 2; number <= maxKnownDrafts + 1; number += 1) {
      drafts.open(conversationOf(fakePeerId(number)));
      await clock.advance(0);
    }
    const forgotten = textOf(drafts);
    drafts.open(withAna);
    await clock.advance(0);
    expect([forgotten, textOf(drafts)]).toEqual(['', 'long ago']);
  });
});

test('removes what earlier versions kept in the storage of the browser, and nothing else', () => {
  localStorage.setItem('hallway.drafts.ana', '[]');
  localStorage.setItem('other', 'stays');
  forgetOldDrafts(localStorage);
  expect(Object.keys(localStorage)).toEqual(['other']);
});
