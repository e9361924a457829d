import { expect, test } from 'vitest';
import { fakePeer } from '../../../../../test/fakes/fake-hallway.ts';
import { createMessagingHallway } from '../../../../../test/fixtures/messaging-hallway.ts';
import { contract } from '../../../../shared/contract/index.ts';
import { contactHandlers } from './contacts.ts';

const bo = fakePeer(1, { name: 'Bo' });

test('[TRUST-1, TRUST-4, TRUST-5] a person is shown with what is thought of them, and marks are kept or refused', async () => {
  const node = createMessagingHallway();
  node.join(bo);
  const handlers = contactHandlers(node.hallway);
  const verified = await handlers.setVerified({ peerId: bo.peerId, verified: true });
  node.store.refuseWrites = 'full';
  const blocked = await handlers.setBlocked({ peerId: bo.peerId, blocked: true });
  const unknownSender = await handlers.setBlocked({ peerId: fakePeer(2).peerId, blocked: true });
  expect([verified, blocked, unknownSender]).toMatchObject([
    { ok: true, output: { name: 'Bo', verified: true, blocked: false, earlierHolder: null } },
    { ok: false, code: 'not-kept' },
    { ok: false, code: 'unknown-peer' },
  ]);
  const output = verified.ok ? verified.output : undefined;
  expect(contract.calls.contact.output.parse(output)).toEqual(output);
  expect(output?.safetyNumber).toMatch(/^(\d{5} ?){10}$/);
});
