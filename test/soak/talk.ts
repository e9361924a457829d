/**
 * The messages and files that the people of a soak send to each other all the time. It also checks
 * that everything that was accepted arrived, exactly once.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { SeededRandom } from '../fakes/seeded-random.ts';
import { differing, notOnce } from './invariants.ts';
import { peerIdOf, type Office, type Seat } from './office.ts';

export interface Talk {
  readonly counts: { direct: number; room: number; files: number; refused: number };
  /** Lets someone say or send something, without waiting for it. */
  step(): void;
  /** Accepts the offers that wait. */
  acceptOffers(): Promise<void>;
  /** @returns a sentence for each thing that has not arrived as it should, yet */
  unfinished(): Promise<readonly string[]>;
  /** Forgets what has arrived. */
  settle(): void;
}

interface Accepted {
  readonly from: Seat;
  readonly fromPerson: string;
  readonly to: Seat;
  readonly toPerson: string;
  readonly id: string;
}

interface SentFile extends Accepted {
  readonly sha256: string;
  readonly name: string;
}

const transfersReply = z.looseObject({
  transfers: z.array(z.looseObject({ transferId: z.string(), state: z.string(), from: z.string(), paths: z.array(z.string()) })),
});
const sendFilesReply = z.looseObject({ transferId: z.string() });

const room = '#everyone';
/** Of each history, this many of the last messages are compared. */
const comparedMessages = 300;
/** The histories that are read for one question; in a round nobody writes more to one person. */
const directMessages = 500;
const mostFileBytes = 6 * 2 ** 20;
const shares = { direct: 0.6, room: 0.37 };

export function createTalk(office: Office, random: SeededRandom, folder: string): Talk {
  const direct: Accepted[] = [];
  const said: { readonly seat: Seat; readonly person: string; readonly id: string }[] = [];
  const files: SentFile[] = [];
  const counts = { direct: 0, room: 0, files: 0, refused: 0 };
  let number = 0;

  function step(): void {
    const people = office.working();
    const from = pick(random, people);
    const to = pick(random, people);
    if (!from || !to || from === to) return;
    const kind = random.fraction();
    const done = kind < shares.direct ? write(from, to) : kind < shares.direct + shares.room ? say(from) : sendFile(from, to);
    // The node may end before it answers; then nothing is promised.
    done.catch(() => (counts.refused += 1));
  }

  async function write(from: Seat, to: Seat): Promise<void> {
    const [node, toId, fromPerson, toPerson] = [from.node, peerIdOf(to), from.person, to.person];
    if (!node || !toId) return;
    const id = await node.send(toId, `message ${(number += 1)}`);
    direct.push({ from, fromPerson, to, toPerson, id });
    counts.direct += 1;
  }

  async function say(seat: Seat): Promise<void> {
    const { node, person } = seat;
    const id = await node?.say(room, `line ${(number += 1)}`);
    if (id === undefined) return;
    said.push({ seat, person, id });
    counts.room += 1;
  }

  async function sendFile(from: Seat, to: Seat): Promise<void> {
    const [node, toId, fromPerson, toPerson] = [from.node, peerIdOf(to), from.person, to.person];
    if (!node || !toId) return;
    const name = `file-${(number += 1)}.bin`;
    const bytes = randomBytes(Math.ceil(random.fraction() * mostFileBytes));
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const { transferId } = sendFilesReply.parse(await node.command({ cmd: 'send-files', to: toId, paths: [path] }));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    files.push({ from, fromPerson, to, toPerson, id: transferId, sha256, name });
    counts.files += 1;
  }

  /** Both ends are the same people as then. */
  function remain({ from, fromPerson, to, toPerson }: Accepted): boolean {
    return from.person === fromPerson && to.person === toPerson;
  }

  const folderOf = (seat: Seat): string => {
    const path = join(folder, `${seat.host.name}-${seat.person}`);
    mkdirSync(path, { recursive: true });
    return path;
  };

  async function acceptOffers(): Promise<void> {
    const wanted = new Set(files.filter(remain).map(({ to }) => to));
    for (const seat of office.working().filter((one) => wanted.has(one))) {
      const { node } = seat;
      const own = peerIdOf(seat);
      if (!node) continue;
      try {
        const { transfers } = transfersReply.parse(await node.command({ cmd: 'transfers' }));
        for (const { transferId, state, from } of transfers)
          if (state === 'offered' && from !== own) await node.command({ cmd: 'accept', transferId, directory: folderOf(seat) });
      } catch {
        counts.refused += 1;
      }
    }
  }

  async function undelivered(): Promise<readonly string[]> {
    const byPair = Map.groupBy(direct.filter(remain), ({ from, to }) => `${from.host.name} ${to.host.name}`);
    const found = await Promise.all(
      [...byPair].map(async ([pair, messages]) => {
        const [{ from, to } = { from: undefined, to: undefined }] = messages;
        const fromId = from && peerIdOf(from);
        if (!fromId || !to?.node) return [];
        const received = (await to.node.history(fromId, directMessages)).map(({ messageId }) => messageId);
        const wrong = notOnce(
          messages.map(({ id }) => id),
          received,
        );
        return wrong.length === 0 ? [] : [`${pair}: ${wrong.length} of ${messages.length} messages are not there exactly once`];
      }),
    );
    return found.flat();
  }

  async function differentRooms(): Promise<readonly string[]> {
    const histories = new Map<string, readonly string[]>();
    for (const { host, node } of office.working()) {
      const messages = (await node?.roomHistory(room, comparedMessages)) ?? [];
      histories.set(
        host.name,
        messages.map(({ from, messageId }) => `${from.slice(0, 6)} ${messageId}`),
      );
    }
    const difference = differing(histories);
    if (difference !== undefined) return [`${room}: ${difference}`];
    const [ids = []] = histories.values();
    const here = new Set(ids.map((id) => id.slice(7)));
    const lost = said.slice(-comparedMessages / 2).filter(({ seat, person, id }) => seat.person === person && !here.has(id));
    return lost.length === 0 ? [] : [`${room}: ${lost.length} lines are missing everywhere`];
  }

  async function unfinishedFiles(): Promise<readonly string[]> {
    const found = await Promise.all(
      files.filter(remain).map(async ({ to, id, sha256, name }) => {
        if (!to.node) return [];
        const { transfers } = transfersReply.parse(await to.node.command({ cmd: 'transfers' }));
        const transfer = transfers.find(({ transferId }) => transferId === id);
        const [path] = transfer?.paths ?? [];
        if (transfer?.state !== 'done' || path === undefined)
          return [`${to.host.name}: ${name} is ${transfer?.state ?? 'unknown'}`];
        const arrived = createHash('sha256').update(readFileSync(path)).digest('hex');
        return arrived === sha256 ? [] : [`${to.host.name}: ${name} arrived with other bytes`];
      }),
    );
    return found.flat();
  }

  return {
    counts,
    step,
    acceptOffers,
    async unfinished() {
      // In this order, because a history of everyone costs most.
      for (const ask of [undelivered, unfinishedFiles, differentRooms]) {
        const found = await ask();
        if (found.length > 0) return found;
      }
      const left = office.seats.flatMap((seat) => readdirSync(folderOf(seat)).filter((name) => name.startsWith('.')));
      return left.map((name) => `${name} is left over`);
    },
    settle() {
      for (const list of [direct, said, files]) list.length = 0;
    },
  };
}

function pick<Item>(random: SeededRandom, items: readonly Item[]): Item | undefined {
  return items[Math.floor(random.fraction() * items.length)];
}
