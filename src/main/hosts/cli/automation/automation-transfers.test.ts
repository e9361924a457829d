/** Files over the automation interface: every command and event to the letter. */
import { describe, expect, it } from 'vitest';
import { conversationOfRoom } from '../../../../shared/lib/ids.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { bo, createAutomationFixture } from '../../../../../test/fixtures/automation.ts';

const offer = fakeOffer(bo.peerId, 9);
const told = {
  event: 'transfer',
  transferId: offer.transferId,
  conversation: bo.peerId,
  from: bo.peerId,
  state: 'offered',
  files: [{ name: 'report.pdf', sizeBytes: 2_100_000 }],
  totalBytes: 2_100_000,
  doneBytes: 0,
  paths: [],
};

describe('[FILE-20] transfers', () => {
  it('are told, and sent, accepted, declined, cancelled and listed, to the letter', async () => {
    const fixture = createAutomationFixture();
    fixture.join(bo);
    await fixture.heard();
    const own = fixture.hallway.profile.self().peerId;
    fixture.fake.inTransfers.put(offer);
    fixture.fake.inTransfers.put(fakeOffer(bo.peerId, 8, { state: 'failed', code: 'changed' }));
    const events = await fixture.heard();
    fixture.say(
      { id: 1, cmd: 'send-files', to: 'Bo', paths: ['/home/a'] },
      { id: 2, cmd: 'send-files', to: bo.peerId, paths: ['/home/missing'] },
      { id: 3, cmd: 'accept', transferId: offer.transferId, directory: '/srv/in' },
      { id: 4, cmd: 'accept', transferId: offer.transferId },
      { id: 5, cmd: 'decline', transferId: 'nothing' },
      { id: 6, cmd: 'cancel-transfer', transferId: offer.transferId },
      { id: 7, cmd: 'transfers' },
    );
    const said = await fixture.heard();
    const { event: _, ...listed } = told;
    expect(events).toEqual([told, { ...told, transferId: fakeOffer(bo.peerId, 8).transferId, state: 'failed', code: 'changed' }]);
    expect(said.filter((one) => 'reply' in one)).toMatchObject([
      { reply: 1, ok: true, transferId: fakeOffer(bo.peerId, 3).transferId },
      { reply: 2, ok: false, code: 'files-unusable', message: "/home/missing doesn't exist." },
      { reply: 3, ok: true },
      { reply: 4, ok: false, code: 'transfer-over' },
      { reply: 5, ok: false, code: 'unknown-transfer' },
      { reply: 6, ok: true },
      {
        reply: 7,
        ok: true,
        transfers: [{ ...listed, state: 'cancelled' }, { state: 'failed' }, { from: own, paths: ['/home/a'] }],
      },
    ]);
    expect(fixture.hallway.transfers?.get(offer.transferId)?.directory).toBe('/srv/in');
  });

  it('are paused and go on, once they are accepted', async () => {
    const fixture = createAutomationFixture();
    fixture.fake.inTransfers.put(offer);
    await fixture.heard();
    const { transferId } = offer;
    fixture.say(
      { id: 1, cmd: 'pause-transfer', transferId },
      { id: 2, cmd: 'accept', transferId },
      { id: 3, cmd: 'pause-transfer', transferId },
      { id: 4, cmd: 'resume-transfer', transferId },
    );
    const said = await fixture.heard();
    expect(said.filter((one) => 'reply' in one)).toMatchObject([
      { reply: 1, ok: false, code: 'transfer-not-accepted', message: "These files haven't been accepted yet." },
      { reply: 2, ok: true },
      { reply: 3, ok: true },
      { reply: 4, ok: true },
    ]);
    const states = said.flatMap((one) => (one['event'] === 'transfer' ? [one['state']] : []));
    expect(states).toEqual(['accepted', 'paused', 'running']);
  });

  it('[RFILE-31] go to a room by its sign, and tell how many members have the files', async () => {
    const fixture = createAutomationFixture();
    const own = fixture.hallway.profile.self().peerId;
    fixture.say({ id: 1, cmd: 'send-files', to: '#lunch', paths: ['/home/a'] });
    const [sent] = (await fixture.heard()).filter((one) => 'reply' in one);
    expect(sent).toEqual({ reply: 1, ok: true, transferId: fakeOffer(own, 1).transferId });
    const conversation = conversationOfRoom('lunch');
    fixture.fake.inTransfers.put(fakeOffer(own, 1, { conversation, keptBy: { count: 4, of: 9 } }));
    fixture.fake.inTransfers.put(fakeOffer(bo.peerId, 2, { conversation, state: 'cancelled', code: 'withdrawn' }));
    const events = await fixture.heard();
    expect(events).toEqual([
      { ...told, transferId: fakeOffer(own, 1).transferId, from: own, conversation: '#lunch', haveIt: { count: 4, of: 9 } },
      { ...told, transferId: fakeOffer(own, 2).transferId, conversation: '#lunch', state: 'cancelled', code: 'withdrawn' },
    ]);
  });

  it('with bad fields are refused whole', async () => {
    const fixture = createAutomationFixture();
    fixture.say(
      { id: 1, cmd: 'send-files', to: 'Bo', paths: [] },
      { id: 2, cmd: 'accept', transferId: 'x', directory: '' },
      { id: 3, cmd: 'decline', transferId: 'x', directory: '/srv' },
    );
    const codes = (await fixture.heard()).flatMap((said) => (said['event'] === 'error' ? [said['code']] : []));
    expect(codes).toEqual(['bad-command', 'bad-command', 'bad-command']);
  });
});
