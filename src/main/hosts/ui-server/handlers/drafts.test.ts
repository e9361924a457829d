import { expect, test } from 'vitest';
import { fakePeer } from '../../../../../test/fakes/fake-hallway.ts';
import { createMessagingHallway } from '../../../../../test/fixtures/messaging-hallway.ts';
import { contract } from '../../../../shared/contract/index.ts';
import { conversationOf } from '../../../../shared/lib/ids.ts';
import { draftHandlers, forwardDrafts } from './drafts.ts';
import { messageHandlers } from './messages.ts';

const bo = fakePeer(1, { name: 'Bo' });
const conversation = conversationOf(bo.peerId);

function openHandlers() {
  const node = createMessagingHallway();
  node.join(bo);
  const emitted: unknown[] = [];
  forwardDrafts(node.hallway, (name, payload) => void emitted.push(contract.events[name].parse(payload)));
  const handlers = { ...draftHandlers(node.hallway), ...messageHandlers(node.hallway) };
  async function settled<Result>(answer: Promise<Result> | Result): Promise<Result> {
    await node.settle();
    return answer;
  }
  return { ...node, handlers, emitted, settled };
}

test('[LINK-2] what is answered about drafts is what the contract says', async () => {
  const { handlers, emitted, settled } = openHandlers();
  const draft = { conversation, text: 'half', version: 1, sentVersion: -1 };
  expect([
    await handlers.draft({ conversation }),
    await settled(handlers.setDraft({ conversation, text: 'half' })),
    emitted,
  ]).toEqual([
    { ok: true, output: { conversation, text: '', version: 0, sentVersion: -1 } },
    { ok: true, output: draft },
    [draft],
  ]);
});

test('[DRAFT-4] a message and the end of its draft are persisted together, and the second send is refused', async () => {
  const { handlers, emitted, settled, hallway } = openHandlers();
  await settled(handlers.setDraft({ conversation, text: 'once' }));
  const send = () => settled(handlers.send({ to: bo.peerId, text: 'once', draft: 1 }));
  expect([
    await send(),
    await send(),
    emitted.at(-1),
    hallway.messages?.history(conversation, { limit: 9 }).length,
  ]).toMatchObject([{ ok: true, output: { text: 'once' } }, { ok: false, code: 'draft-sent' }, { text: '', sentVersion: 1 }, 1]);
});

test('[DRAFT-4] a message that is refused leaves its draft', async () => {
  const { handlers, settled } = openHandlers();
  await settled(handlers.setDraft({ conversation, text: ' ' }));
  const refused = await settled(handlers.send({ to: bo.peerId, text: ' ', draft: 1 }));
  expect([refused, await handlers.draft({ conversation })]).toMatchObject([
    { ok: false, code: 'empty' },
    { output: { text: ' ' } },
  ]);
});
