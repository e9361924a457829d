import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { fakePeer, fakePeerId } from '../../../../../test/fakes/fake-hallway.ts';
import { createTalkDesk, type TalkDesk } from '../../../../../test/fixtures/messaging-hallway.ts';
import { chatCommands, completeChatLine, type Chat } from './chat-commands.ts';
import { createChatContacts } from './chat-contacts.ts';
import { peerOfConversation } from '../../../../shared/lib/ids.ts';
import { runChat } from './chat.ts';

const bo = fakePeer(1, { name: 'Bo', host: 'bo-laptop', note: 'n' });
const eva = fakePeer(2, { name: 'Eva Lund' });

interface Scene extends TalkDesk {
  readonly input: PassThrough;
  readonly ended: Promise<void>;
  readonly abort: () => void;
  /** Types lines. */
  type(...lines: readonly string[]): Promise<void>;
  /**
   * The lines shown since the last call; the time of day, which depends on where we are, as
   * `##:##`, and the day as `####`.
   */
  shown(): Promise<readonly string[]>;
}

type Prepare = (desk: TalkDesk) => void | Promise<void>;

async function createScene(prepare: Prepare = () => undefined, terminal?: { readonly columns: number }): Promise<Scene> {
  const desk = createTalkDesk();
  await prepare(desk);
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), terminal && { isTTY: true, columns: terminal.columns });
  let collected = '';
  output.on('data', (bytes: Buffer) => (collected += bytes.toString()));
  const stopping = new AbortController();
  const ended = runChat(desk.hallway, { clock: desk.clock, input, output }, stopping.signal);
  async function shown(): Promise<readonly string[]> {
    await desk.settle();
    const text = collected;
    collected = '';
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => line.replace(/\b\d\d:\d\d\b/, '##:##').replace(/\b\d{4}-\d\d-\d\d\b/, '####'));
  }
  return {
    ...desk,
    input,
    ended,
    abort: () => stopping.abort(),
    async type(...lines) {
      for (const line of lines) input.write(`${line}\n`);
      await desk.settle();
    },
    shown,
  };
}

async function withBo(terminal?: { readonly columns: number }): Promise<Scene> {
  const scene = await createScene((desk) => {
    desk.join(bo);
    desk.join(eva);
  }, terminal);
  await scene.shown();
  return scene;
}

describe('the terminal chat', () => {
  it('begins with who we are and what is unread, and ends with a goodbye', async () => {
    const scene = await createScene(async (desk) => {
      desk.join(bo);
      await desk.receive(bo, 'are you there?');
    });
    const first = await scene.shown();
    await scene.type('/quit');
    await scene.ended;
    expect([...first, ...(await scene.shown())]).toEqual([
      "* You're Ana. /users lists the people here, /pm NAME starts a conversation, /help lists all commands.",
      '* Unread: Bo (1). /pm NAME shows them.',
      'Goodbye.',
    ]);
  });

  it('sends what is typed to the open conversation, and says what becomes of it', async () => {
    const scene = await withBo();
    await scene.type('hello?', '/pm bo', 'hello', '//slash', '/me waves');
    await scene.acknowledge(bo.peerId);
    await scene.readAll(bo.peerId);
    const lines = await scene.shown();
    expect(
      Array.from(scene.store.exportMessages(), ({ text, conversation }) => [peerOfConversation(conversation), text]),
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

  it('marks delivery, reading, and what waits; takes back what waits', async () => {
    const scene = await withBo();
    scene.sessions.connect(bo.peerId);
    await scene.type('/pm Bo one');
    await scene.acknowledge(bo.peerId);
    await scene.readAll(bo.peerId);
    const delivered = await scene.shown();
    scene.fake.leave(bo.peerId, 'goodbye');
    scene.sessions.end(bo.peerId);
    await scene.type('two');
    await scene.clock.advance(2_000);
    await scene.type('/history 2', '/cancel', '/cancel', '/leave', 'three', '/leave');
    expect([...delivered, ...(await scene.shown())]).toEqual([
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
    expect(scene.store.undelivered(bo.peerId, { afterSequence: 0, limit: 9 })).toEqual([]);
  });

  it('shows messages of the open conversation as read, and counts those of others', async () => {
    const scene = await withBo();
    await scene.receive(eva, 'first');
    await scene.receive(eva, 'second\nline');
    await scene.type('/pm Bo');
    await scene.receive(bo, 'hi\n* Eva left');
    await scene.type('/users', '/pm Eva', '/pm Eva Lund');
    expect(await scene.shown()).toEqual([
      '* Eva Lund (1 unread): first',
      '* Eva Lund (2 unread): second line',
      "* You're talking to Bo. /leave closes this.",
      '##:## Bo: hi',
      '      * Eva left',
      '* Here (2):',
      '  Bo                    available  bo-laptop  n',
      '  Eva Lund             [2 unread]  available  host-2',
      '! No one called "Eva" was ever seen here.',
      "* You're talking to Eva Lund. /leave closes this.",
      '-- ####',
      '##:## Eva Lund: first',
      '##:## Eva Lund: second',
      '      line',
    ]);
    expect(scene.sessions.sent(bo.peerId, 'read')).toHaveLength(1);
    expect(scene.store.conversations(9).map(({ unread }) => unread)).toEqual([0, 0]);
  });

  it('shows all that is unread when a conversation is opened, or says that there is more', async () => {
    const scene = await withBo();
    for (let number = 1; number <= 60; number += 1) await scene.receive(eva, `m${number}`);
    await scene.shown();
    await scene.type('/pm Eva Lund');
    expect((await scene.shown()).filter((line) => line.includes('Eva Lund: m'))).toHaveLength(60);
    for (let number = 1; number <= 501; number += 1) await scene.receive(bo, `m${number}`);
    await scene.shown();
    await scene.type('/pm Bo');
    const shown = await scene.shown();
    expect(shown).toContain('* These are the latest 500 of 501 unread. hallway export has them all.');
    expect(shown).toContain('##:## Bo: m2');
  });

  it('names those who come together in one line, who left and why, and who is called otherwise', async () => {
    const scene = await createScene();
    await scene.shown();
    for (let number = 1; number <= 10; number += 1) scene.join(fakePeer(number));
    scene.join(fakePeer(11));
    scene.fake.leave(fakePeerId(11), 'goodbye');
    await scene.clock.advance(300);
    scene.join(fakePeer(1, { name: 'One' }));
    scene.fake.leave(fakePeerId(2), 'unreachable');
    expect(await scene.shown()).toEqual([
      '* Here: Peer 1, Peer 2, Peer 3, Peer 4, Peer 5, Peer 6, Peer 7, Peer 8 and 2 more',
      '* Peer 1 is now called One',
      '* Peer 2 lost contact',
    ]);
  });

  it('[TRUST-2] warns of a known name with another key, and tells two of one name apart', async () => {
    const scene = await withBo();
    await scene.clock.advance(5);
    const other = fakePeer(9, { name: 'bo' });
    scene.join(other);
    await scene.clock.advance(300);
    await scene.type('/pm Bo x', `/pm ${other.peerId.slice(0, 8)} to the other`);
    const name = `bo (${other.peerId.slice(0, 8)})`;
    expect(await scene.shown()).toEqual([
      `* Here: ${name}`,
      `! This isn't the ${name} you met before: the key is different. Ask them in person before you trust them.`,
      '! Several people are called "Bo". Use an ID instead.',
      `  /pm ${other.peerId.slice(0, 8)}  bo`,
      `  /pm ${bo.peerId.slice(0, 8)}  Bo`,
      `* You're talking to ${name}. /leave closes this.`,
    ]);
    expect(Array.from(scene.store.exportMessages(), ({ conversation }) => peerOfConversation(conversation))).toEqual([
      other.peerId,
    ]);
  });

  it('[TRUST-2] warns of a name that only looks like a known one', async () => {
    const scene = await withBo();
    await scene.clock.advance(5);
    const other = fakePeer(9, { name: 'B\u043E' });
    scene.join(other);
    await scene.clock.advance(300);
    const name = `B\u043E (${other.peerId.slice(0, 8)})`;
    expect(await scene.shown()).toEqual([
      `* Here: ${name}`,
      `! This ${name} isn't the Bo you met before: the names only look alike. Ask them in person before you trust them.`,
    ]);
  });

  it('[CHAT-3] says nothing of people who are blocked', async () => {
    const scene = await createScene((desk) => {
      desk.join(bo);
      desk.hallway.contacts?.setBlocked(bo.peerId, true);
      desk.fake.leave(bo.peerId, 'goodbye');
    });
    await scene.shown();
    scene.join(bo);
    await scene.clock.advance(300);
    await scene.type('/users', '/pm Bo x');
    scene.fake.leave(bo.peerId, 'goodbye');
    expect(await scene.shown()).toEqual([
      '* No one else is here yet.',
      "* You're talking to Bo. /leave closes this.",
      '! You blocked this person. Unblock them first.',
    ]);
  });

  it('[PROF-2] changes name, status and note, or says why not', async () => {
    const scene = await withBo();
    await scene.type(
      '/nick Bo',
      '/nick everyone',
      '/nick  Ann ',
      '/nick',
      '/status asleep',
      '/status BUSY',
      '/note at lunch',
      '/note',
    );
    expect(await scene.shown()).toEqual([
      '! Someone here is already called "Bo".',
      '! "everyone" is reserved. Choose another name.',
      "* You're Ann now.",
      "* You're Ann. /nick NAME changes that.",
      "! You're available. You can be: available, away, busy.",
      "* You're busy now.",
      '* Your note: at lunch',
      '* You have no note now.',
    ]);
  });

  it('finds messages, shows history, and answers to what is no command', async () => {
    const scene = await withBo();
    await scene.receive(bo, 'apples and pears');
    await scene.shown();
    await scene.type(
      '/search apples',
      '/search plums',
      '/search',
      '/history',
      '/history 0',
      '/join #lunch',
      '/dance',
      '/help nick',
    );
    expect(await scene.shown()).toEqual([
      '#### Bo: apples and pears',
      '* Nothing was found.',
      '! Search for what? /search TEXT',
      '! No conversation is open. /pm NAME opens one.',
      '! How many? A number from 1 to 200.',
      '! Rooms come in a later version. /pm NAME messages one person.',
      "! There's no command /dance. /help lists the commands. To send a text that begins with a slash, type two slashes.",
      '  /nick NAME                   Changes your name.',
    ]);
    await scene.type('/help');
    expect(await scene.shown()).toHaveLength(chatCommands.length + 1);
  });

  it('says what is wrong with the network or the disk, and when it no longer is', async () => {
    const scene = await withBo();
    scene.fake.setHealth([{ code: 'no-network', severity: 'error', values: {}, sinceMs: 0 }]);
    scene.fake.setHealth([]);
    scene.store.refuseWrites = 'full';
    await scene.type('/pm Bo x');
    expect(await scene.shown()).toEqual([
      "! You're not connected to a network. Connect to Wi-Fi or plug in a network cable. Hallway continues on its own.",
      "* No longer: You're not connected to a network",
      "* You're talking to Bo. /leave closes this.",
      "! The message couldn't be saved, so it wasn't sent. The disk may be full.",
    ]);
  });

  it('goes on when the messages cannot be read', async () => {
    const scene = await withBo();
    scene.store.refuseReads = 'corrupt';
    await scene.type('/pm Bo', '/nick Ann');
    expect((await scene.shown()).slice(-2)).toEqual(["! Messages can't be read right now.", "* You're Ann now."]);
  });

  it('[CHAT-1] shows hostile names and texts as harmless lines', async () => {
    const scene = await createScene();
    await scene.shown();
    const hostile = fakePeer(5, { name: '\u001b[2JBo\u0007\r* Eva left' });
    scene.join(hostile);
    await scene.clock.advance(300);
    await scene.receive(hostile, `\u001b]0;title\u0007\u001b[1A\u001b[2K${'x'.repeat(10)}\u0000\n12:00 you: I agree`);
    scene.fake.leave(hostile.peerId, 'goodbye');
    expect(await scene.shown()).toEqual([
      '* Here: Bo * Eva left',
      '* Bo * Eva left (1 unread): xxxxxxxxxx ##:## you: I agree',
      '* Bo * Eva left left',
    ]);
  });

  it('[CHAT-1] tells a person whose name reads as the program or as us by their key', async () => {
    const scene = await createScene();
    await scene.shown();
    const other = fakePeer(5, { name: 'You' });
    scene.join(other);
    await scene.clock.advance(300);
    await scene.receive(other, 'I agree [read]');
    const name = `You (${other.peerId.slice(0, 8)})`;
    expect(await scene.shown()).toEqual([`* Here: ${name}`, `* ${name} (1 unread): I agree [read]`]);
  });

  it('knows by name, also with blanks, those with whom there are messages and who were not here since', async () => {
    const scene = await createScene(async (desk) => {
      desk.join(eva);
      await desk.receive(eva, 'are you there?');
      desk.fake.leave(eva.peerId, 'goodbye');
      desk.fake.forget(eva.peerId);
    });
    await scene.shown();
    const chat = { hallway: scene.hallway, contacts: createChatContacts(scene.hallway) } as Chat;
    const offered = completeChatLine(chat, '/pm e');
    await scene.type('/pm Eva Lund here I am');
    expect(offered).toEqual([['"Eva Lund" '], 'e']);
    expect((await scene.shown())[0]).toBe(
      "* You're talking to Eva Lund. They aren't here: messages wait for them. /leave closes this.",
    );
    expect(Array.from(scene.store.exportMessages(), ({ text }) => text)).toEqual(['are you there?', 'here I am']);
  });

  it('does not let a long text scroll everything away', async () => {
    const scene = await withBo();
    await scene.type('/pm Bo');
    await scene.shown();
    await scene.receive(bo, '\n'.repeat(5_000));
    const lines = await scene.shown();
    expect([lines.length, lines.at(-1)]).toEqual([61, '      (4,941 more lines)']);
  });

  it('ends with its input, after all that was typed was done, and with a signal', async () => {
    const scene = await withBo();
    scene.input.end('/pm Bo by pipe\n');
    await scene.settle();
    await scene.ended;
    const aborted = await withBo();
    aborted.abort();
    await aborted.ended;
    expect(Array.from(scene.store.exportMessages(), ({ text }) => text)).toEqual(['by pipe']);
    expect([(await scene.shown()).at(-1), (await aborted.shown()).at(-1)]).toEqual(['Goodbye.', 'Goodbye.']);
  });

  it('leaves nothing behind: no timer waits, nothing is shown any more', async () => {
    const scene = await withBo();
    scene.fake.leave(eva.peerId, 'goodbye');
    await scene.type('/pm Eva Lund x');
    scene.join(eva);
    await scene.type('/quit');
    await scene.ended;
    await scene.shown();
    scene.closeMessages();
    await scene.receive(bo, 'late').catch(() => undefined);
    expect([await scene.shown(), scene.clock.pendingTimers()]).toEqual([[], 0]);
  });
});

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

  it('takes a terminal that does not know its width for one of 80 columns', async () => {
    const scene = await withBo({ columns: 0 });
    await scene.type('/pm Bo');
    await scene.shown();
    await scene.receive(bo, 'x'.repeat(60));
    expect((await scene.shown()).at(-1)).toContain(`Bo: ${'x'.repeat(60)}`);
  });

  it('[CHAT-1] sets in the rows of a text that is longer than a row', async () => {
    const scene = await withBo({ columns: 40 });
    await scene.type('/pm Bo');
    await scene.shown();
    await scene.receive(bo, `yes${' '.repeat(60)}12:00 Eva Lund: so do I, and so does everybody else`);
    const lines = await scene.shown();
    expect(lines.slice(-2)).toEqual(['      ##:## Eva Lund: so do I, and so', '      does everybody else']);
  });

  it('prompts with the open conversation and what is unread elsewhere', async () => {
    const scene = await withBo({ columns: 40 });
    await scene.type('/pm Bo');
    await scene.shown();
    await scene.receive(eva, 'hello');
    await scene.settle();
    scene.input.write('\u0004');
    await scene.settle();
    expect((await scene.shown()).join('\n')).toContain('(1 unread) Bo> ');
  });
});

describe('Tab', () => {
  it('completes commands, names, statuses, and names in a text', async () => {
    const desk = createTalkDesk();
    desk.join(bo);
    desk.join(eva);
    const chat = { hallway: desk.hallway, contacts: createChatContacts(desk.hallway) } as Chat;
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
      [['/nick ', '/note '], '/n'],
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
    const desk = createTalkDesk();
    desk.join(fakePeer(1, { name: 'Eva' }));
    desk.join(eva);
    const { splitName } = createChatContacts(desk.hallway);
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
