import { act, fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import { fakePeer, fakePeerId } from '../../../../test/fakes/fake-hallway.ts';
import { ana, bo, field, nowMs, soonMs, type, useConversationView } from '../../../../test/fixtures/conversation-view.tsx';
import type { Rendered } from '../../../../test/fixtures/render-hallway.tsx';

const view = useConversationView();

beforeEach(() => view.hallway.inRooms.setTime(nowMs));

async function open(name = 'everyone'): Promise<Rendered> {
  const rendered = await view.start();
  fireEvent.click(document.getElementById(`room-${name}`) ?? document.body);
  await rendered.advance(soonMs);
  return rendered;
}

/** The caret is behind the text, as after typing. */
function typeHere(text: string): void {
  type(text);
  act(() => {
    field().setSelectionRange(text.length, text.length);
    fireEvent.select(field());
  });
}

function proposals(): readonly (string | null | undefined)[] {
  const list = screen.queryByRole('listbox', { name: 'People to mention' });
  return list === null
    ? []
    : within(list)
        .getAllByRole('option')
        .map((option) => option.querySelector('bdi')?.textContent);
}

function press(key: string): void {
  fireEvent.keyDown(field(), { key });
}

describe('the row of a room', () => {
  test('[MENT-3] has a sign while an unread message mentions the user, also in a muted room', async () => {
    const { inRooms, rooms } = view.hallway;
    await rooms?.join('tea');
    inRooms.hear('tea', ana, 'nothing for you');
    inRooms.hear('tea', ana, 'but this, @me!');
    const rendered = await view.start();
    const row = (): HTMLElement => screen.getByRole('option', { name: /^tea/ });
    const listed = within(row()).getByRole('img', { name: '1 mention of you' }).textContent;
    inRooms.hear('tea', bo, '@me again');
    await rendered.advance(soonMs);
    const more = within(row()).getByRole('img', { name: '2 mentions of you' }).textContent;
    await rooms?.setMuted('tea', true);
    await rendered.advance(soonMs);
    const muted = {
      sign: within(row()).queryByRole('img', { name: '2 mentions of you' }) !== null,
      section: row().dataset['section'],
    };
    fireEvent.click(row());
    await rendered.advance(soonMs);
    expect({ listed, more, muted, read: within(row()).queryByRole('img', { name: /mention/ }) }).toEqual({
      listed: '@',
      more: '@',
      muted: { sign: true, section: 'recent' },
      read: null,
    });
  });
});

describe('a message', () => {
  test('[MENT-4] that mentions the user is marked, and says so to screen readers', async () => {
    view.hallway.inRooms.hear('everyone', ana, 'hello all');
    view.hallway.inRooms.hear('everyone', ana, 'and you, @Me');
    await open();
    const articles = screen
      .getAllByRole('article')
      .map((article) => [article.dataset['mention'], article.getAttribute('aria-label')]);
    expect(articles).toEqual([
      ['false', expect.stringMatching(/: hello all$/)],
      ['true', expect.stringMatching(/: and you, @Me\. Mentions you\.$/)],
    ]);
  });
});

describe('the words of a mention', () => {
  const marked = (): readonly unknown[] =>
    screen
      .getAllByRole('article')
      .map((article) =>
        [...article.querySelectorAll('p bdi[data-own]')].map((one) => [one.textContent, one.getAttribute('data-own')]),
      );

  test('[MENT-12] are marked in the line, our own apart, and a code behind a name is not shown', async () => {
    const { inRooms, profile } = view.hallway;
    inRooms.hear('everyone', ana, 'see https://example.org/@Bo, @Bo and @me');
    inRooms.hear('everyone', ana, `@Me (${profile.self().peerId.slice(0, 16)}), you`);
    inRooms.hear('everyone', ana, `@Me (${'2'.repeat(16)}), not you`);
    await open();
    const articles = screen.getAllByRole('article').map((article) => article.querySelector('p')?.textContent);
    expect({ marked: marked(), articles }).toEqual({
      marked: [
        [
          ['@Bo', 'false'],
          ['@me', 'true'],
        ],
        [['@Me', 'true']],
        [],
      ],
      articles: ['see https://example.org/@Bo, @Bo and @me', '@Me, you', `@Me (${'2'.repeat(16)}), not you`],
    });
  });

  test('[MENT-13] are read out and shown in the list without the code', async () => {
    view.hallway.inRooms.hear('everyone', ana, `@Me (${view.hallway.profile.self().peerId.slice(0, 16)}), look`);
    await open();
    expect([
      screen.getByRole('article').getAttribute('aria-label'),
      document.getElementById('room-everyone')?.textContent,
    ]).toEqual([expect.stringContaining('@Me, look'), expect.stringContaining('@Me, look')]);
  });

  test('[MENT-10] are one person exactly where two share a name', async () => {
    view.hallway.putPeer(fakePeer(42, { name: 'Bo', lastSeenMs: nowMs }));
    const { advance } = await open();
    typeHere('@bo');
    const both = proposals();
    press('Enter');
    await advance(soonMs);
    expect({ both, text: field().value }).toEqual({
      both: ['Bo', 'Bo'],
      text: expect.stringMatching(/^@Bo \([a-z2-7]{16}\) $/),
    });
  });
});

describe('the composer of a room', () => {
  test('[MENT-5][MENT-7] proposes names after an @, by keyboard alone', async () => {
    view.hallway.putPeer(fakePeer(3, { name: 'Bodil Ek', lastSeenMs: nowMs }));
    const { advance } = await open();
    typeHere('ask @bo');
    const first = proposals();
    const chosen = (): string | null | undefined =>
      document.getElementById(field().getAttribute('aria-activedescendant') ?? '')?.querySelector('bdi')?.textContent;
    const before = chosen();
    press('ArrowDown');
    const after = chosen();
    press('Enter');
    await advance(soonMs);
    const taken = { text: field().value, caret: field().selectionStart, open: proposals() };
    press('Enter');
    await advance(soonMs);
    expect({ first, before, after, taken, sent: view.hallway.rooms?.conversations()[0]?.last.text }).toEqual({
      first: ['Bo', 'Bodil Ek'],
      before: 'Bo',
      after: 'Bodil Ek',
      taken: { text: 'ask @Bodil Ek ', caret: 14, open: [] },
      sent: 'ask @Bodil Ek ',
    });
  });

  test('[MENT-7] Escape closes the list alone, Tab takes a name, and a press too', async () => {
    await open();
    typeHere('@an');
    press('Escape');
    const closed = { list: proposals(), text: field().value };
    typeHere('@ana');
    const stillClosed = proposals();
    typeHere('to @b');
    press('Tab');
    const tabbed = field().value;
    typeHere('@a');
    fireEvent.pointerDown(
      within(screen.getByRole('listbox', { name: 'People to mention' })).getByRole('option', { name: /Ana/ }),
    );
    expect({ closed, stillClosed, tabbed, pressed: field().value }).toEqual({
      closed: { list: [], text: '@an' },
      stillClosed: [],
      tabbed: 'to @Bo ',
      pressed: '@Ana ',
    });
  });

  test('[MENT-6] of a private room proposes members who are not here last, and nobody else', async () => {
    const self = view.hallway.profile.self().peerId;
    view.hallway.putPeer(fakePeer(40, { name: 'Anders', lastSeenMs: nowMs }));
    view.hallway.leave(fakePeerId(40), 'goodbye');
    const name = view.hallway.inRooms.invite('Plans', ana, [self, fakePeerId(40)]);
    view.hallway.inRooms.enter(name, ana);
    await view.hallway.rooms?.join(name);
    await open(name);
    typeHere('@');
    expect(proposals()).toEqual(['Ana', 'Anders']);
  });

  test('[MENT-6] after a choice, longer names that begin alike are not proposed', async () => {
    view.hallway.putPeer(fakePeer(41, { name: 'Ana Maria', lastSeenMs: nowMs }));
    await open();
    typeHere('@Ana');
    expect(proposals()).toContain('Ana Maria');
    press('Enter');
    act(() => void fireEvent.select(field()));
    expect({ text: field().value, list: proposals() }).toEqual({ text: '@Ana ', list: [] });
  });

  test('a conversation with one person proposes nobody', async () => {
    await view.open();
    typeHere('@a');
    expect({ list: proposals(), controls: field().getAttribute('aria-controls') }).toEqual({ list: [], controls: null });
  });
});
