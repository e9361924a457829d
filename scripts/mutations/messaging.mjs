/** Faults of messaging: sessions, and the delivery of direct messages. */

/** @type {import('./table.mjs').Mutation[]} */
export const messagingMutations = [
  {
    fault: 'Messages are acknowledged before they are persisted.',
    file: 'src/main/core/messaging/delivery/inbox.ts',
    find: 'const added = await persist(() => {',
    put: `sessions.current(peerId)?.send({ type: 'ack', messageIds: messages.map(({ messageId }) => messageId) });
    const added = await persist(() => {`,
    project: 'unit',
    test: 'src/main/core/messaging/delivery/inbox.test.ts',
  },
  {
    fault: 'A message leaves although its state is still queued.',
    file: 'src/main/core/messaging/delivery/send-window.ts',
    find: "if (isHeld(message.messageId) || message.state === 'queued') break;",
    put: 'if (isHeld(message.messageId)) break;',
    project: 'unit',
    test: 'src/main/core/messaging/delivery/send-window.test.ts',
  },
  {
    fault: 'An acknowledgement that the store refused is never persisted.',
    file: 'src/main/core/messaging/delivery/send-window.ts',
    find: 'if (!changed) return false;',
    put: 'if (!changed) return true;',
    project: 'unit',
    test: 'src/main/core/messaging/delivery/outbox-resend.test.ts',
  },
  {
    fault: 'A message is cancelled although it is in flight.',
    file: 'src/main/core/messaging/delivery/outbox.ts',
    find: 'if (held.has(messageId) || queueFor(conversation)?.window.hasLeft(messageId)) return false;',
    put: 'if (held.has(messageId)) return false;',
    project: 'unit',
    test: 'src/main/core/messaging/delivery/outbox-cancel.test.ts',
  },
  {
    fault: 'All unknown senders together have no quota.',
    file: 'src/main/core/messaging/delivery/unknown-sender-quota.ts',
    find: 'all.take(nowMs, sizeBytes);',
    put: '',
    project: 'unit',
    test: 'src/main/core/messaging/delivery/unknown-sender-quota.test.ts',
  },
  {
    fault: 'The called end shows its proof of the team key to anybody.',
    file: 'src/main/core/messaging/session/hello.ts',
    find: 'speaksFirst: stream.isOutgoing || proof === undefined,',
    put: 'speaksFirst: true,',
    project: 'contract',
    test: 'test/contract/transport/hostile-frames.test.ts',
  },
  {
    fault: 'Of two sessions that crossed, each end keeps its own, so both close.',
    file: 'src/main/core/messaging/session-manager/session-table.ts',
    find: 'return !isCrossing || session.isOutgoing === ownPeerId < session.peerId;',
    put: 'return !isCrossing || session.isOutgoing;',
    project: 'unit',
    test: 'src/main/core/messaging/session-manager/session-manager.test.ts',
  },
  {
    fault: 'A peer that sends one byte at a time never exceeds the deadline of a frame.',
    file: 'src/main/core/messaging/session/deadlines.ts',
    find: 'else if (waits.incompleteSinceMs === undefined || frames > 0) waits.incompleteSinceMs = waits.heardMs;',
    put: 'else waits.incompleteSinceMs = waits.heardMs;',
    project: 'unit',
    test: 'src/main/core/messaging/session/deadlines.test.ts',
  },
];
