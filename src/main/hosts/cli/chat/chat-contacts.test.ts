/** The people of the terminal chat: arrivals, warnings, blocked people, and names that mislead. */
import { describe, expect, it } from 'vitest';
import { fakePeer, fakePeerId } from '../../../../../test/fakes/fake-hallway.ts';
import type { Chat } from './chat-command.ts';
import { completeChatLine } from './chat-commands.ts';
import { createChatContacts } from './chat-contacts.ts';
import { peerOfConversation } from '../../../../shared/lib/ids.ts';
import { bo, eva, createChatFixture, withBo } from '../../../../../test/fixtures/chat.ts';

describe('the terminal chat', () => {
  it('names peers that join together in one line, peers that left and why, and renamed peers', async () => {
    const fixture = await createChatFixture();
    await fixture.shown();
    for (let number = 1; number <= 10; number += 1) fixture.join(fakePeer(number));
    fixture.join(fakePeer(11));
    fixture.fake.leave(fakePeerId(11), 'goodbye');
    await fixture.clock.advance(300);
    fixture.join(fakePeer(1, { name: 'One' }));
    fixture.fake.leave(fakePeerId(2), 'unreachable');
    expect(await fixture.shown()).toEqual([
      '* Here: Peer 1, Peer 2, Peer 3, Peer 4, Peer 5, Peer 6, Peer 7, Peer 8 and 2 more',
      '* Peer 1 is now called One',
      '* Lost contact with Peer 2',
    ]);
  });

  it('[TRUST-2] warns of a known name with another key, and tells two of one name apart', async () => {
    const fixture = await withBo();
    await fixture.clock.advance(5);
    const other = fakePeer(9, { name: 'bo' });
    fixture.join(other);
    await fixture.clock.advance(300);
    await fixture.type('/pm Bo x', `/pm ${other.peerId.slice(0, 16)} to the other`);
    const name = `bo (${other.peerId.slice(0, 16)})`;
    expect(await fixture.shown()).toEqual([
      `* Here: ${name}`,
      `! This isn't the ${name} you met before: the key is different. Ask them in person before you trust them.`,
      '! Several people are called "Bo". Use an ID instead.',
      `  /pm ${other.peerId.slice(0, 16)}  bo`,
      `  /pm ${bo.peerId.slice(0, 16)}  Bo`,
      `* You're talking to ${name}. /leave closes this.`,
      `! This isn't the ${name} you met before: the key is different. Ask them in person before you trust them.`,
    ]);
    expect(Array.from(fixture.store.exportMessages(), ({ conversation }) => peerOfConversation(conversation))).toEqual([
      other.peerId,
    ]);
  });

  it('[TRUST-2] warns of a name that only looks like a known one', async () => {
    const fixture = await withBo();
    await fixture.clock.advance(5);
    const other = fakePeer(9, { name: 'B\u043E' });
    fixture.join(other);
    await fixture.clock.advance(300);
    const name = `B\u043E (${other.peerId.slice(0, 16)})`;
    expect(await fixture.shown()).toEqual([
      `* Here: ${name}`,
      `! This ${name} isn't the Bo you met before: the names only look alike. Ask them in person before you trust them.`,
    ]);
  });

  it('[TRUST-3] asks which of two a name means if the new one is here and the other is away, and takes a code', async () => {
    const fixture = await withBo();
    fixture.fake.leave(bo.peerId, 'goodbye');
    fixture.fake.forget(bo.peerId);
    const other = fakePeer(9, { name: 'Bo' });
    fixture.join(other);
    await fixture.clock.advance(300);
    await fixture.shown();
    const [code, earlier] = [other.peerId.slice(0, 16), bo.peerId.slice(0, 16)];
    await fixture.type('/pm Bo the door code is 1234', '/users', `/pm ${code} hello`, `/pm ${earlier}`);
    expect(await fixture.shown()).toEqual([
      '! "Bo" has a different key than the Bo you met before. It could be a new computer, or someone using the same name. Ask them in person, then use an ID. Once you verify them in the app, the name is enough.',
      `  /pm ${code}  Bo`,
      `  /pm ${earlier}  Bo, not here`,
      '* Here (2):',
      `  Bo (${code})  available  host-9`,
      '  Eva Lund              available  host-2',
      `* You're talking to Bo (${code}). /leave closes this.`,
      `! This isn't the Bo (${code}) you met before: the key is different. Ask them in person before you trust them.`,
      `* You're talking to Bo (${earlier}). They aren't here: messages wait for them. /leave closes this.`,
    ]);
    expect(
      Array.from(fixture.store.exportMessages(), ({ conversation, text }) => [peerOfConversation(conversation), text]),
    ).toEqual([[other.peerId, 'hello']]);
  });

  it.each([
    [
      'ana',
      'same',
      "! ana has the same name as you, but another key. If that isn't another computer of yours, ask them in person before you trust them.",
    ],
    [
      '\u0410na',
      'alike',
      "! \u0410na has a name that looks like yours, but another key. If that isn't another computer of yours, ask them in person before you trust them.",
    ],
  ])('[CHAT-8] warns of a peer called %j, as our own name is %s', async (name, _likeness, warning) => {
    const fixture = await createChatFixture();
    await fixture.shown();
    const other = fakePeer(9, { name });
    fixture.join(other);
    await fixture.clock.advance(300);
    const shownName = `${name} (${other.peerId.slice(0, 16)})`;
    expect(await fixture.shown()).toEqual([`* Here: ${shownName}`, warning.replace(name, shownName)]);
  });

  it('[CHAT-3] says nothing of blocked contacts', async () => {
    const fixture = await createChatFixture((desk) => {
      desk.join(bo);
      desk.hallway.contacts?.setBlocked(bo.peerId, true);
      desk.fake.leave(bo.peerId, 'goodbye');
    });
    await fixture.shown();
    fixture.join(bo);
    await fixture.clock.advance(300);
    await fixture.type('/users', '/pm Bo x');
    fixture.fake.leave(bo.peerId, 'goodbye');
    expect(await fixture.shown()).toEqual([
      '* No one else is here yet.',
      "* You're talking to Bo. /leave closes this.",
      '! You blocked this person. Unblock them first.',
    ]);
  });

  it('[CHAT-1] shows the key beside a reserved name and beside our own name', async () => {
    const fixture = await createChatFixture();
    await fixture.shown();
    const other = fakePeer(5, { name: 'You' });
    fixture.join(other);
    await fixture.clock.advance(300);
    await fixture.receive(other, 'I agree [read]');
    const name = `You (${other.peerId.slice(0, 16)})`;
    expect(await fixture.shown()).toEqual([`* Here: ${name}`, `* ${name} (1 unread): I agree [read]`]);
  });

  it.each([
    ['Anna Groß', 'anna gross'],
    ['ANNA GROẞ', 'anna groß'],
    ['Işıl Ak', 'isil ak'],
    ['İnci Su', 'inci su'],
    ['José Ruiz', 'jose ruiz'],
  ])('[CHAT-2] finds %j and completes it when the user types %j', async (name, typed) => {
    const fixture = await createChatFixture((desk) => desk.join(fakePeer(7, { name })));
    await fixture.shown();
    const contacts = createChatContacts(fixture.hallway);
    const offered = completeChatLine({ hallway: fixture.hallway, contacts } as Chat, `/pm ${typed.slice(0, 3)}`);
    const { who, rest } = contacts.splitName(`${typed} hi`);
    expect({ found: contacts.resolve(who), rest, offered: offered[0] }).toEqual({
      found: { ok: true, peerId: fakePeerId(7) },
      rest: 'hi',
      offered: [`"${name}" `],
    });
  });

  it('[CHAT-2] does not guess between two names that differ in accents alone', async () => {
    const fixture = await createChatFixture((desk) => {
      desk.join(fakePeer(7, { name: 'José' }));
      desk.join(fakePeer(8, { name: 'Josè' }));
    });
    const contacts = createChatContacts(fixture.hallway);
    const foundBy = (text: string) => contacts.resolve(contacts.splitName(text).who);
    expect([foundBy('jose hi').ok, foundBy('josé hi')]).toEqual([false, { ok: true, peerId: fakePeerId(7) }]);
  });

  it('knows contacts by name, also with blanks, that have messages and were not here since', async () => {
    const fixture = await createChatFixture(async (desk) => {
      desk.join(eva);
      await desk.receive(eva, 'are you there?');
      desk.fake.leave(eva.peerId, 'goodbye');
      desk.fake.forget(eva.peerId);
    });
    await fixture.shown();
    const chat = { hallway: fixture.hallway, contacts: createChatContacts(fixture.hallway) } as Chat;
    const offered = completeChatLine(chat, '/pm e');
    await fixture.type('/pm Eva Lund here I am');
    expect(offered).toEqual([['"Eva Lund" '], 'e']);
    expect((await fixture.shown())[0]).toBe(
      "* You're talking to Eva Lund. They aren't here: messages wait for them. /leave closes this.",
    );
    expect(Array.from(fixture.store.exportMessages(), ({ text }) => text)).toEqual(['are you there?', 'here I am']);
  });
});
