/** The chat on a terminal: keys, rows, the prompt, and completion. */
import { describe, expect, it } from 'vitest';
import { fakePeer } from '../../../../../test/fakes/fake-hallway.ts';
import { createMessagingHallway } from '../../../../../test/fixtures/messaging-hallway.ts';
import type { Chat } from './chat-command.ts';
import { completeChatLine } from './chat-commands.ts';
import { createChatContacts } from './chat-contacts.ts';
import { bo, eva, withBo } from '../../../../../test/fixtures/chat.ts';

describe('the terminal chat on a terminal', () => {
  it('leaves at Ctrl+D, and at the second Ctrl+C within three seconds', async () => {
    const first = await withBo({ columns: 60 });
    first.input.write('\u0004');
    await first.settle();
    await first.ended;
    const second = await withBo({ columns: 60 });
    second.input.write('half typed\u0003');
    await second.settle();
    await second.clock.advance(3_001);
    second.input.write('\u0003');
    await second.settle();
    const once = await second.shown();
    second.input.write('\u0003');
    await second.settle();
    await second.ended;
    expect((await first.shown()).join('\n')).toContain('Goodbye.');
    expect(once.join('\n')).toContain('* Press Ctrl+C again to leave. Ctrl+D and /quit also leave.');
    expect(once.join('\n')).not.toContain('Goodbye.');
    expect([...second.store.exportMessages()]).toEqual([]);
  });

  it('[CHAT-5] sends no half-typed line when the terminal is closed', async () => {
    const fixture = await withBo({ columns: 60 });
    await fixture.type('/pm Bo');
    fixture.input.write('half typed');
    await fixture.settle();
    fixture.input.end();
    await fixture.ended;
    expect([...fixture.store.exportMessages()]).toEqual([]);
  });

  it('[CHAT-6] shows how many lines were pasted, and sends them as one message at Enter', async () => {
    const fixture = await withBo({ columns: 80 });
    await fixture.type('/pm Bo');
    fixture.input.write('see: \u001b[200~/quit\none\n\u001b[201~');
    const shown = (await fixture.shown()).join('\n');
    const before = [...fixture.store.exportMessages()].length;
    fixture.input.write('\r');
    await fixture.settle();
    fixture.input.write('\u001b[200~/quit\none\u001b[201~\r');
    await fixture.settle();
    expect(shown).toContain('* You pasted 2 lines. Enter sends them as one message, Ctrl+U discards them.');
    expect([before, ...Array.from(fixture.store.exportMessages(), ({ text }) => text)]).toEqual([
      0,
      'see: /quit\none',
      '/quit\none',
    ]);
  });

  it('takes a terminal that does not know its width for one of 80 columns', async () => {
    const fixture = await withBo({ columns: 0 });
    await fixture.type('/pm Bo');
    await fixture.shown();
    await fixture.receive(bo, 'x'.repeat(60));
    expect((await fixture.shown()).at(-1)).toContain(`Bo: ${'x'.repeat(60)}`);
  });

  it('[CHAT-1] indents the further rows of a text that is longer than a row', async () => {
    const fixture = await withBo({ columns: 40 });
    await fixture.type('/pm Bo');
    await fixture.shown();
    await fixture.receive(bo, `yes${' '.repeat(60)}12:00 Eva Lund: so do I, and so does everybody else`);
    const lines = await fixture.shown();
    expect(lines.slice(-2)).toEqual(['      ##:## Eva Lund: so do I, and so', '      does everybody else']);
  });

  it('prompts with the open conversation and the unread count of others', async () => {
    const fixture = await withBo({ columns: 40 });
    await fixture.type('/pm Bo');
    await fixture.shown();
    await fixture.receive(eva, 'hello');
    await fixture.settle();
    fixture.input.write('\u0004');
    await fixture.settle();
    expect((await fixture.shown()).join('\n')).toContain('(1 unread) Bo> ');
  });
});

describe('Tab', () => {
  it('completes commands, names, statuses, and names in a text', async () => {
    const node = createMessagingHallway();
    node.join(bo);
    node.join(eva);
    const chat = { hallway: node.hallway, contacts: createChatContacts(node.hallway) } as Chat;
    const complete = (line: string): unknown => completeChatLine(chat, line);
    expect([
      complete('/us'),
      complete('/n'),
      complete('/pm e'),
      complete('/pm "eva'),
      complete('/status b'),
      complete('/help /pm'),
      complete('ask B'),
      complete('ask '),
      complete('/foo b'),
    ]).toEqual([
      [['/users'], '/us'],
      [['/new ', '/nick ', '/note '], '/n'],
      [['"Eva Lund" '], 'e'],
      [['"Eva Lund" '], '"eva'],
      [['busy'], 'b'],
      [['/pm'], '/pm'],
      [['Bo '], 'B'],
      [[], ''],
      [['Bo '], 'b'],
    ]);
  });

  it('[CHAT-2] a name may have blanks, with and without quotes; the longest that somebody has counts', () => {
    const node = createMessagingHallway();
    node.join(fakePeer(1, { name: 'Eva' }));
    node.join(eva);
    const { splitName } = createChatContacts(node.hallway);
    expect([
      splitName('eva lund hi  there'),
      splitName('Eva hi'),
      splitName('"Eva Lund" hi'),
      splitName('Evan hi'),
      splitName('Eva'),
    ]).toEqual([
      { who: 'eva lund', rest: 'hi  there' },
      { who: 'Eva', rest: 'hi' },
      { who: 'Eva Lund', rest: 'hi' },
      { who: 'Evan', rest: 'hi' },
      { who: 'Eva', rest: '' },
    ]);
  });
});
