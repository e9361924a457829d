import { expect, test } from 'vitest';
import { fakePeer } from '../../../../../test/fakes/fake-hallway.ts';
import { fakeOffer } from '../../../../../test/fakes/fake-transfers.ts';
import { createMessagingHallway } from '../../../../../test/fixtures/messaging-hallway.ts';
import { contract } from '../../../../shared/contract/index.ts';
import { forwardTransfers, transferHandlers } from './transfers.ts';

const bo = fakePeer(1, { name: 'Bo' });

test('[LINK-2] what is answered and told about transfers is what the contract says', async () => {
  const { hallway, fake } = createMessagingHallway();
  const emitted: unknown[] = [];
  forwardTransfers(hallway, (name, payload) => void emitted.push(contract.events[name].parse(payload)));
  const handlers = transferHandlers(hallway);
  const offer = fakeOffer(bo.peerId, 9);
  fake.inTransfers.put(offer);
  const { transferId } = offer;
  const answers = [
    await handlers.acceptTransfer({ transferId }),
    await handlers.declineTransfer({ transferId }),
    await handlers.cancelTransfer({ transferId }),
  ];
  const listed = await handlers.transfers({});
  expect(listed.ok && contract.calls.transfers.output.parse(listed.output)).toEqual(listed.ok && listed.output);
  expect(answers).toMatchObject([
    { ok: true },
    { ok: false, code: 'transfer-over' },
    { ok: true, output: { state: 'cancelled' } },
  ]);
  expect(emitted).toMatchObject([
    { transferId, state: 'offered', fileCount: 1, totalBytes: 2_100_000 },
    { transferId, state: 'accepted' },
    { transferId, state: 'cancelled' },
  ]);
});

test('[LINK-2] a node without a disk answers so', async () => {
  const handlers = transferHandlers({ transfers: undefined });
  expect([await handlers.cancelTransfer({ transferId: 'x' })]).toMatchObject([{ ok: false, code: 'not-available' }]);
});
