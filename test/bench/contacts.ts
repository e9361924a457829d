/**
 * Bench: what keys that come and go cost the contacts, with a database on this disk. Prints figures
 * and asserts nothing.
 *
 * Usage: node test/bench/contacts.ts [--keys N] [--folder DIRECTORY]
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createContacts } from '../../src/main/core/contacts/contacts.ts';
import type { PeerRecord, RegistryEvent } from '../../src/main/core/presence/index.ts';
import { createHashes } from '../../src/main/node/crypto/hash.ts';
import { openMessageStore } from '../../src/main/node/storage/database/message-store.ts';
import { createSystemClock } from '../../src/main/node/system/system-ports.ts';
import { createEmitter } from '../../src/shared/lib/emitter.ts';

const { values } = parseArgs({
  options: { keys: { type: 'string', default: '2700' }, folder: { type: 'string', default: tmpdir() } },
});
const keyCount = Number(values.keys);
/** Keys that join and leave per second. */
const rate = 900;
/** Keys that join and leave without a pause between them. */
const atOnce = 90;
/** Contacts in the file before. */
const earlierContacts = 20_000;

for (const isOneName of [true, false]) {
  const directory = mkdtempSync(join(values.folder, 'hallway-bench-contacts-'));
  try {
    console.log(`${isOneName ? 'one name' : 'many names'}: ${(await measure(directory, isOneName)).toFixed(0)} µs per key`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @returns processor time per key that joins and leaves, in microseconds */
async function measure(directory: string, isOneName: boolean): Promise<number> {
  const clock = createSystemClock();
  const opened = await openMessageStore(join(directory, 'messages.db'), { clock });
  if (!opened.ok) throw new Error(opened.problem.code);
  const { store } = opened;
  const nowMs = clock.wallMs();
  store.batch(() => {
    for (let number = 0; number < earlierContacts; number += 1) {
      const times = { nameSinceMs: nowMs - number, firstSeenMs: nowMs - number, lastSeenMs: nowMs - number };
      store.putContact({
        peerId: peerIdOf(`earlier ${number}`),
        name: `Peer ${number}`,
        ...times,
        verified: false,
        blocked: false,
      });
    }
  });
  const registry = createEmitter<RegistryEvent>();
  const contacts = createContacts({
    clock,
    hash: createHashes(),
    log: { write: (_level, message) => console.log(message) },
    store,
    ownPeerId: peerIdOf('own'),
    registry: { get: () => undefined, list: () => [], subscribe: registry.subscribe },
    onForgetting: () => undefined,
  });
  await pause(3_000);
  const before = process.cpuUsage();
  const startedMs = performance.now();
  for (let number = 0; number < keyCount; number += 1) {
    const announcement = { name: isOneName ? 'Bob' : `Bob ${number}`, host: 'host' };
    const record = { peerId: peerIdOf(`passing ${number}`), announcement, lastSeenMs: clock.wallMs() } as PeerRecord;
    registry.emit({ type: 'joined', record });
    registry.emit({ type: 'left', departed: { record, reason: 'goodbye' } });
    const dueMs = startedMs + (number * 1_000) / rate;
    if (number % atOnce === 0) await pause(Math.max(dueMs - performance.now(), 0));
  }
  contacts.close();
  const { user, system } = process.cpuUsage(before);
  store.close();
  return (user + system) / keyCount;
}

function peerIdOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest();
  const digits = 'abcdefghijklmnopqrstuvwxyz234567';
  return Array.from({ length: 52 }, (_, index) => digits[(bytes[index % 32] ?? 0) % 32]).join('');
}
