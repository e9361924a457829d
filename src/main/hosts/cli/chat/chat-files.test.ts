/** Files in the terminal chat. */
import { describe, expect, it } from 'vitest';
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
    fixture.fake.inTransfers.put({ ...offer, state: 'done', paths: ['/srv/in/report.pdf'] });
    fixture.fake.inTransfers.put({ ...offer, state: 'done', paths: ['/srv/in/report.pdf'] });
    await fixture.type('/decline');
    expect({ before: before.filter((line) => /send|files|missing/iu.test(line)), after: await fixture.shown() }).toEqual({
      before: [
        '! Files go to one person. Open a conversation with /pm NAME first.',
        'Send which file? For example: /send report.pdf',
        '! No files are offered here.',
        "! /home/missing doesn't exist.",
      ],
      after: [
        '* report.pdf (2.1 MB): accepted',
        '* report.pdf (2.1 MB): arrived: /srv/in/report.pdf',
        '! No files are offered here.',
      ],
    });
    expect(fixture.hallway.transfers?.list().map(({ paths }) => paths)).toContainEqual(['/home/a']);
  });
});
