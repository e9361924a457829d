import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { ana, field, nowMs, soonMs, useConversationView } from '../../../../test/fixtures/conversation-view.tsx';
import { fakePeerId } from '../../../../test/fakes/fake-hallway.ts';
import { conversationOf } from '../../../shared/lib/ids.ts';

const view = useConversationView();

describe('trust', () => {
  function dialog(): HTMLElement {
    return screen.getByRole('dialog');
  }

  test('warns of a known name with another key until the safety numbers are compared', async () => {
    view.conversations.meet({ peerId: fakePeerId(50), name: 'Ana', firstSeenMs: nowMs - 1_000_000 });
    const { advance } = await view.open();
    const warning = screen.getByRole('region', { name: 'Different key' }).textContent;
    fireEvent.click(screen.getByRole('button', { name: 'Compare safety numbers' }));
    const code = within(dialog()).getByLabelText('Safety number').textContent?.trim();
    fireEvent.click(within(dialog()).getByRole('button', { name: 'Numbers match' }));
    await advance(soonMs);
    expect([
      warning?.startsWith("This isn't the Ana you know."),
      code,
      screen.queryByRole('region', { name: 'Different key' }),
      screen.queryByRole('dialog'),
      view.conversations.contacts.get(ana)?.verified,
      within(screen.getByRole('region', { name: /^Conversation/ })).getByLabelText('Verified').tagName,
    ]).toEqual([true, view.conversations.contacts.safetyNumber(ana), null, null, true, 'svg']);
  });

  test('warns of a look-alike, and names the contact it resembles', async () => {
    view.conversations.meet({ peerId: fakePeerId(50), name: 'An\u0430', firstSeenMs: nowMs - 1_000_000 });
    await view.open();
    expect(screen.getByRole('region', { name: 'Different key' }).textContent).toMatch(
      /^This isn't the An\u0430 you know. The names look alike, but use different letters./u,
    );
  });

  test('blocking needs a confirmation, collapses the contact, and can be undone', async () => {
    const { advance } = await view.open();
    fireEvent.click(screen.getByRole('button', { name: 'Details' }));
    await advance(soonMs);
    fireEvent.click(screen.getByRole('button', { name: 'Block' }));
    const before = view.conversations.contacts.get(ana)?.blocked;
    fireEvent.click(within(dialog()).getByRole('button', { name: 'Block' }));
    await advance(soonMs);
    const blocked = [view.conversations.contacts.get(ana)?.blocked, document.getElementById(`contact-${ana}`)];
    fireEvent.click(screen.getByRole('button', { name: 'Blocked (1)' }));
    await view.choose(ana, { advance });
    const field_ = screen.queryByRole('textbox', { name: /^Message / });
    fireEvent.click(screen.getByRole('button', { name: 'Unblock' }));
    await advance(soonMs);
    expect([before, blocked, field_, view.conversations.contacts.get(ana)?.blocked, field().tagName]).toEqual([
      false,
      [true, null],
      null,
      false,
      'TEXTAREA',
    ]);
  });

  test('deletes history only after a confirmation', async () => {
    view.conversations.receive(ana, 'secret');
    const { advance } = await view.open();
    fireEvent.click(screen.getByRole('button', { name: 'Details' }));
    await advance(soonMs);
    fireEvent.click(screen.getByRole('button', { name: 'Delete messages' }));
    const before = view.conversations.store.history(conversationOf(ana), { limit: 5 }).length;
    fireEvent.click(within(dialog()).getByRole('button', { name: 'Delete messages' }));
    await advance(soonMs);
    expect([
      before,
      view.conversations.store.history(conversationOf(ana), { limit: 5 }).length,
      screen.queryByRole('dialog'),
    ]).toEqual([1, 0, null]);
  });

  test('a button opens the details, and Escape goes back', async () => {
    const { advance } = await view.open();
    fireEvent.click(screen.getByRole('button', { name: 'Details' }));
    await advance(soonMs);
    const details = screen.getByRole('article', { name: 'About Ana' }).tagName;
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' });
    expect({ details, after: screen.queryByRole('article') }).toEqual({ details: 'ARTICLE', after: null });
    expect(document.activeElement).toBe(field());
  });
});
