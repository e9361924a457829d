/** The terminal chat: what it sends, what it shows, and how it ends. */
import { describe, expect, it } from 'vitest';
import { fakePeer } from '../../../../../test/fakes/fake-hallway.ts';
import { chatCommands } from './chat-commands.ts';
import { peerOfConversation } from '../../../../shared/lib/ids.ts';
import { bo, eva, createChatFixture, withBo } from '../../../../../test/fixtures/chat.ts';

describe('the terminal chat', () => {
  it('begins with our name and the unread counts, and ends with a goodbye', async () => {
    const fixture = await createChatFixture(async (desk) => {
      desk.join(bo);
      await desk.receive(bo, 'are you there?');
    });
    const first = await fixture.shown();
    await fixture.type('/quit');
    await fixture.ended;
    expect([...first, ...(await fixture.shown())]).toEqual([
      "* You're Ana. /users lists the people here, /pm NAME starts a conversation, /help lists all commands.",
      '* Unread: Bo (1). /pm NAME shows them.',
      'Goodbye.',
    ]);
  });

  it('sends typed lines to the open conversation, and shows their delivery', async () => {
    const fixture = await withBo();
    await fixture.type('hello?', '/pm bo', 'hello', '//slash', '/me waves');
    await fixture.acknowledge(bo.peerId);
    await fixture.readAll(bo.peerId);
    const lines = await fixture.shown();
    expect(
      Array.from(fixture.store.exportMessages(), ({ text, conversation }) => [peerOfConversation(conversation), text]),
    ).toEqual([
      [bo.peerId, 'hello'],
      [bo.peerId, '/slash'],
      [bo.peerId, '* Ana waves'],
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        '! No conversation is open, so nothing was sent. /pm NAME opens one. /users lists the people here.',
        "* You're talking to Bo. /leave closes this.",
      ]),
    );
  });

  it('marks delivered, read and queued messages, and cancels queued ones', async () => {
    const fixture = await withBo();
    fixture.sessions.connect(bo.peerId);
    await fixture.type('/pm Bo one');
    await fixture.acknowledge(bo.peerId);
    await fixture.readAll(bo.peerId);
    const delivered = await fixture.shown();
    fixture.fake.leave(bo.peerId, 'goodbye');
    fixture.sessions.end(bo.peerId);
    await fixture.type('two');
    await fixture.clock.advance(2_000);
    await fixture.type('/history 2', '/cancel', '/cancel', '/leave', 'three', '/leave');
    expect([...delivered, ...(await fixture.shown())]).toEqual([
      "* You're talking to Bo. /leave closes this.",
      '  [delivered] "one"',
      '  [read] "one"',
      '* Bo left',
      '  [queued] "two" waits until they can be reached; /cancel cancels it',
      '-- ####',
      '##:## you: one [read]',
      '##:## you: two [queued]',
      '  [cancelled] "two"',
      "! Nothing is waiting here. Messages on their way can't be cancelled.",
      '! No conversation is open, so nothing was sent. /pm NAME opens one. /users lists the people here.',
      '! No conversation is open. /quit leaves Hallway.',
    ]);
    expect(fixture.store.undelivered(bo.peerId, { afterSequence: 0, limit: 9 })).toEqual([]);
  });

  it('marks messages of the open conversation as read, and counts unread ones of others', async () => {
    const fixture = await withBo();
    await fixture.receive(eva, 'first');
    await fixture.receive(eva, 'second\nline');
    await fixture.type('/pm Bo');
    await fixture.receive(bo, 'hi\n* Eva left');
    await fixture.type('/users', '/pm Eva', '/pm Eva Lund');
    expect(await fixture.shown()).toEqual([
      '* Eva Lund (1 unread): first',
      '* Eva Lund (2 unread): second line',
      "* You're talking to Bo. /leave closes this.",
      '##:## Bo: hi',
      '      * Eva left',
      '* Here (2):',
      '  Bo                    available  bo-laptop  n',
      '  Eva Lund             [2 unread]  available  host-2',
      '! No one called "Eva" has ever been here.',
      "* You're talking to Eva Lund. /leave closes this.",
      '-- ####',
      '##:## Eva Lund: first',
      '##:## Eva Lund: second',
      '      line',
    ]);
    expect(fixture.sessions.sent(bo.peerId, 'read')).toHaveLength(1);
    expect(fixture.store.conversations(9).map(({ unread }) => unread)).toEqual([0, 0]);
  });

  it('shows all unread messages of a conversation when it opens, or says that there are more', async () => {
    const fixture = await withBo();
    for (let number = 1; number <= 60; number += 1) await fixture.receive(eva, `m${number}`);
    await fixture.shown();
    await fixture.type('/pm Eva Lund');
    expect((await fixture.shown()).filter((line) => line.includes('Eva Lund: m'))).toHaveLength(60);
    for (let number = 1; number <= 501; number += 1) await fixture.receive(bo, `m${number}`);
    await fixture.shown();
    await fixture.type('/pm Bo');
    const shown = await fixture.shown();
    expect(shown).toContain('* These are the latest 500 of 501 unread. hallway export has them all.');
    expect(shown).toContain('##:## Bo: m2');
  });

  it('[PROF-2] changes name, status and note, or says why not', async () => {
    const fixture = await withBo();
    await fixture.type(
      '/nick Bo',
      '/nick everyone',
      '/nick  Ann ',
      '/nick',
      '/status asleep',
      '/status BUSY',
      '/note at lunch',
      '/note',
    );
    expect(await fixture.shown()).toEqual([
      '! Someone here is already called "Bo".',
      '! "everyone" is reserved. Choose another name.',
      "* You're now Ann.",
      "* You're Ann. /nick NAME changes that.",
      "! You're available. You can be: available, away, busy.",
      "* You're now busy.",
      '* Your note: at lunch',
      '* Your note was removed.',
    ]);
  });

  it('finds messages, shows history, and answers an unknown command', async () => {
    const fixture = await withBo();
    await fixture.receive(bo, 'apples and pears');
    await fixture.shown();
    await fixture.type(
      '/search apples',
      '/search plums',
      '/search',
      '/history',
      '/history 0',
      '/join #lunch',
      '/dance',
      '/help nick',
    );
    expect(await fixture.shown()).toEqual([
      '#### Bo: apples and pears',
      '* Nothing was found.',
      '! Search for what? /search TEXT',
      '! No conversation is open. /pm NAME opens one.',
      '! How many? A number from 1 to 200.',
      '! There are no rooms right now. /pm NAME messages one person.',
      "! There's no command /dance. /help lists the commands. To send a text that begins with a slash, type two slashes.",
      '  /nick NAME                   Changes your name.',
    ]);
    await fixture.type('/help');
    expect(await fixture.shown()).toHaveLength(chatCommands.length + 1);
  });

  it('shows a problem of the network or the disk, and its end', async () => {
    const fixture = await withBo();
    fixture.fake.setHealth([{ code: 'no-network', severity: 'error', values: {}, sinceMs: 0 }]);
    fixture.fake.setHealth([]);
    fixture.store.refuseWrites = 'full';
    await fixture.type('/pm Bo x');
    expect(await fixture.shown()).toEqual([
      "! You're not connected to a network. Connect to Wi-Fi or plug in a network cable. Hallway reconnects on its own.",
      "* Resolved: You're not connected to a network",
      "* You're talking to Bo. /leave closes this.",
      "! The message couldn't be saved, so it wasn't sent. The disk may be full.",
    ]);
  });

  it('goes on when the messages cannot be read', async () => {
    const fixture = await withBo();
    fixture.store.refuseReads = 'corrupt';
    await fixture.type('/pm Bo', '/nick Ann');
    expect((await fixture.shown()).slice(-2)).toEqual(["! Messages can't be read right now.", "* You're now Ann."]);
  });

  it('[CHAT-1] shows hostile names and texts as harmless lines', async () => {
    const fixture = await createChatFixture();
    await fixture.shown();
    const hostile = fakePeer(5, { name: '\u001b[2JBo\u0007\r* Eva left' });
    fixture.join(hostile);
    await fixture.clock.advance(300);
    await fixture.receive(hostile, `\u001b]0;title\u0007\u001b[1A\u001b[2K${'x'.repeat(10)}\u0000\n12:00 you: I agree`);
    fixture.fake.leave(hostile.peerId, 'goodbye');
    expect(await fixture.shown()).toEqual([
      '* Here: Bo * Eva left',
      '* Bo * Eva left (1 unread): xxxxxxxxxx ##:## you: I agree',
      '* Bo * Eva left left',
    ]);
  });

  it('does not let a long text scroll everything away', async () => {
    const fixture = await withBo();
    await fixture.type('/pm Bo');
    await fixture.shown();
    await fixture.receive(bo, '\n'.repeat(5_000));
    const lines = await fixture.shown();
    expect([lines.length, lines.at(-1)]).toEqual([61, '      (4,941 more lines)']);
  });

  it('ends with its input, after it has run all typed lines, and with a signal', async () => {
    const fixture = await withBo();
    fixture.input.end('/pm Bo by pipe\n');
    await fixture.settle();
    await fixture.ended;
    const aborted = await withBo();
    aborted.abort();
    await aborted.ended;
    expect(Array.from(fixture.store.exportMessages(), ({ text }) => text)).toEqual(['by pipe']);
    expect([(await fixture.shown()).at(-1), (await aborted.shown()).at(-1)]).toEqual(['Goodbye.', 'Goodbye.']);
  });

  it('leaves nothing behind: it has no timer and shows nothing more', async () => {
    const fixture = await withBo();
    fixture.fake.leave(eva.peerId, 'goodbye');
    await fixture.type('/pm Eva Lund x');
    fixture.join(eva);
    await fixture.type('/quit');
    await fixture.ended;
    await fixture.shown();
    fixture.closeMessages();
    await fixture.receive(bo, 'late').catch(() => undefined);
    expect([await fixture.shown(), fixture.clock.pendingTimers()]).toEqual([[], 0]);
  });
});

it('[AWAY-12] /users tells until when a person is busy, with the day if it is not today', async () => {
  const fixture = await createChatFixture((node) => {
    const { lastSeenMs } = bo;
    for (const [number, hours] of [
      [1, 1],
      [2, 48],
      [3, -1],
    ] as const)
      node.join(fakePeer(number, { name: `P${number}`, host: '', status: 'busy', busyUntilMs: lastSeenMs + hours * 3_600_000 }));
  });
  await fixture.type('/users');
  const rows = (await fixture.shown()).filter((line) => line.startsWith('  P')).map((line) => line.trim().replace(/ {2,}/g, ' '));
  expect(rows).toEqual(['P1 busy until ##:##', 'P2 busy until #### ##:##', 'P3 busy']);
});
