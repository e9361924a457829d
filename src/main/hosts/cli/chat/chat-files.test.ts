/** Files in the terminal chat. */
import { describe, expect, it } from 'vitest';
import { conversationOfRoom } from '../../../../shared/lib/ids.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { bo, createChatFixture } from '../../../../../test/fixtures/chat.ts';

describe('[FILE-23] files in the terminal', () => {
  it('/send offers to the open conversation, /accept and /decline answer its latest offer, and states are told once', async () => {
    const fixture = await createChatFixture((node) => node.join(bo));
    await fixture.shown();
    await fixture.type('/send /home/a', '/pm Bo', '/send', '/accept', '/send /home/missing', '/send /home/a');
    const before = await fixture.shown();
    const offer = fakeOffer(bo.peerId, 9);
    fixture.fake.inTransfers.put(offer);
    await fixture.type('/accept /srv/in');
    fixture.fake.inTransfers.put({ ...offer, state: 'running', doneBytes: 5 });
    fixture.fake.inTransfers.put({ ...offer, state: 'waiting', code: 'disk-full' });
    fixture.fake.inTransfers.put({ ...offer, state: 'paused' });
    fixture.fake.inTransfers.put({ ...offer, state: 'done', paths: ['/srv/in/report.pdf'] });
    fixture.fake.inTransfers.put({ ...offer, state: 'done', paths: ['/srv/in/report.pdf'] });
    await fixture.type('/decline');
    expect({ before: before.filter((line) => /send|files|missing|first/iu.test(line)), after: await fixture.shown() }).toEqual({
      before: [
        '! Open a conversation first: /pm NAME for a person, /join ROOM for a room.',
        'Send which file? For example: /send report.pdf',
        '! No files are offered here.',
        "! /home/missing doesn't exist.",
      ],
      after: [
        '* report.pdf (2.1 MB): accepted',
        '* report.pdf (2.1 MB): Your disk is full. Make room, and the transfer goes on.',
        '* report.pdf (2.1 MB): paused',
        '* report.pdf (2.1 MB): arrived: /srv/in/report.pdf',
        '! No files are offered here.',
      ],
    });
    expect(fixture.hallway.transfers?.list().map(({ paths }) => paths)).toContainEqual(['/home/a']);
  });

  it('[RFILE-33] /send offers to the open room, /accept answers its latest offer, and the count of those who have it is told', async () => {
    const fixture = await createChatFixture((node) => node.join(bo), undefined, { hasRooms: true });
    await fixture.shown();
    await fixture.type('/join lunch', '/send /home/a');
    await fixture.shown();
    const own = fixture.hallway.profile.self().peerId;
    const conversation = conversationOfRoom('lunch');
    const offered = fixture.hallway.transfers?.list().find((one) => one.conversation === conversation);
    expect(offered).toMatchObject({ from: own, paths: ['/home/a'] });
    for (const count of [0, 1, 1, 2])
      fixture.fake.inTransfers.put(fakeOffer(own, 7, { conversation, state: 'running', keptBy: { count, of: 3 } }));
    fixture.fake.inTransfers.put(fakeOffer(bo.peerId, 9, { conversation }));
    await fixture.type('/accept /srv/in');
    expect(await fixture.shown()).toEqual([
      '* 1 of 3 have report.pdf.',
      '* 2 of 3 have report.pdf.',
      '* report.pdf (2.1 MB): accepted',
    ]);
  });
});
