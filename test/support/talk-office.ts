/** The office of office.ts with things that were said in it, for the eye: several scripts, every delivery state, days, links, unread. */
import { createBreakableStore } from './breakable-store.ts';
import type { BreakableStore } from './breakable-store.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeConversations } from './fake-conversations.ts';
import type { FakeConversations } from './fake-conversations.ts';
import { fakePeerId, fakeSelf } from './fake-hallway.ts';
import type { FakeHallway } from './fake-hallway.ts';
import { createOffice } from './office.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Whom one talks with, by their number in office.ts. */
export const talkPeople = {
  /** A long conversation with everything in it. */
  everything: fakePeerId(8),
  rightToLeft: fakePeerId(10),
  ideographs: fakePeerId(11),
  /** Here, but nothing was said. */
  silent: fakePeerId(7),
  /** Left; two messages wait for him. */
  departed: fakePeerId(101),
  /** Her name came with another key before. */
  newKey: fakePeerId(1),
  /** Writes what breaks lesser pages. */
  hostile: fakePeerId(5),
  /** Not here since Hallway was started. */
  earlier: fakePeerId(300),
  blocked: fakePeerId(301),
} as const;

export interface TalkOffice {
  readonly hallway: FakeHallway;
  readonly talk: FakeConversations;
  readonly store: BreakableStore;
}

export function createTalkOffice(nowMs: number): TalkOffice {
  const ownPeerId = fakeSelf().peerId;
  const store = createBreakableStore({ clock: createFakeClock({ wallMs: nowMs }) });
  const talk = createFakeConversations({ ownPeerId, ownName: 'Noor Visser', nowMs, store });
  const hallway = createOffice(nowMs, undefined, talk);
  for (const { peerId, name } of [...hallway.peers(), ...hallway.departed()]) talk.meet({ peerId, name });
  talk.meet({ peerId: fakePeerId(99), name: 'Ana Ribeiro', firstSeenMs: nowMs - 90 * dayMs });
  talk.meet({ peerId: fakePeerId(0), name: 'Ana Ribeiro', firstSeenMs: nowMs - 80 * dayMs, verified: true });
  talk.meet({ peerId: talkPeople.everything, name: 'Priya Raman', verified: true });
  talk.meet({ peerId: talkPeople.earlier, name: 'Ingrid Larsen' });
  talk.meet({ peerId: talkPeople.blocked, name: 'Unwelcome', blocked: true });
  const priya = hallway.peers().find(({ peerId }) => peerId === talkPeople.everything);
  if (priya) hallway.putPeer({ ...priya, verified: true });
  const said = { talk, nowMs };
  sayEverything(said);
  sayInOtherScripts(said);
  sayToAbsent(said);
  sayWhatBreaksPages(said);
  return { hallway, talk, store };
}

interface Said {
  readonly talk: FakeConversations;
  readonly nowMs: number;
}

function sayEverything({ talk, nowMs }: Said): void {
  const peerId = talkPeople.everything;
  const yesterdayMs = nowMs - dayMs;
  const todayMs = nowMs - 3 * hourMs;
  talk.receive(peerId, 'Good morning! Did the nightly build go through?', { atMs: yesterdayMs - 2 * hourMs });
  talk.write(peerId, 'It did, all green.', { atMs: yesterdayMs - 2 * hourMs + 2 * minuteMs, state: 'read' });
  talk.write(peerId, 'The report is at http://build-07.local:8080/report?id=42.', {
    atMs: yesterdayMs - 2 * hourMs + 2 * minuteMs + 20_000,
    state: 'read',
  });
  talk.receive(
    peerId,
    'Lovely, thank you. I pushed the parser change as well:\n\n    parse(input, { strict: true })\n\nCould you look at it?',
    {
      atMs: yesterdayMs,
    },
  );
  talk.receive(peerId, 'Wrote this on the train, it waited until the network was back.', {
    atMs: todayMs,
    sentAtMs: todayMs - 14 * hourMs,
  });
  talk.write(
    peerId,
    'On it. One thing that I do not understand: why does the tokenizer keep the whole input, when the window is all that the caller ever sees? It makes the long files slow for no reason, as far as I can tell.',
    {
      atMs: todayMs + 4 * minuteMs,
      state: 'read',
    },
  );
  talk.receive(peerId, 'Because of the error messages. They quote the line.', { atMs: todayMs + 6 * minuteMs });
  talk.receive(peerId, 'But you are right, the offsets would be enough.', { atMs: todayMs + 6 * minuteMs + 9_000 });
  talk.write(peerId, 'Then I will change it.', { atMs: nowMs - 8 * minuteMs, state: 'delivered' });
  const withdrawn = talk.write(peerId, 'Actually, never mind', { atMs: nowMs - 7 * minuteMs });
  talk.setDelivery(withdrawn.messageId, 'cancelled');
  const refused = talk.write(peerId, 'Here is the dump that you asked for', { atMs: nowMs - 6 * minuteMs });
  talk.setDelivery(refused.messageId, 'failed');
  talk.write(peerId, 'The dump is too long, so I put it into the shared folder.', { atMs: nowMs - 2 * minuteMs, state: 'sent' });
  talk.write(peerId, 'Tell me when you have it', { atMs: nowMs - minuteMs });
}

function sayInOtherScripts({ talk, nowMs }: Said): void {
  const { rightToLeft, ideographs } = talkPeople;
  talk.receive(rightToLeft, 'صباح الخير! هل الاجتماع في الساعة 10:30؟', { atMs: nowMs - 40 * minuteMs });
  talk.write(rightToLeft, 'Yes, in the big room. الغرفة الكبيرة', { atMs: nowMs - 38 * minuteMs, state: 'read' });
  talk.receive(rightToLeft, 'شكرا، الرابط هنا: https://example.com/meet?a=1 (قبل 10:30)', { atMs: nowMs - 36 * minuteMs });
  talk.receive(ideographs, '会議室の予約はお済みですか？来週の火曜日は午前中しか空いていないそうです。', {
    atMs: nowMs - 26 * hourMs,
  });
  talk.write(ideographs, '火曜日の10時に予約しました。', { atMs: nowMs - 25 * hourMs, state: 'delivered' });
  talk.receive(ideographs, 'ありがとうございます！', { atMs: nowMs - 3 * minuteMs });
  talk.receive(ideographs, `${'とても長い一語'.repeat(20)}${'x'.repeat(200)}`, { atMs: nowMs - 2 * minuteMs });
}

function sayWhatBreaksPages({ talk, nowMs }: Said): void {
  const from = talkPeople.hostile;
  const marks = Array.from({ length: 40 }, (_, index) => String.fromCodePoint(0x300 + index)).join('');
  const texts = [
    '<img src=x onerror="alert(1)"> &amp; **bold** `code`',
    `\u202E.txt.exe\u202C and https://good.example/\u202Emoc.live`,
    `Z${marks}a${marks}l${marks}g${marks}o`,
    'W'.repeat(400),
    'line\n'.repeat(500),
    '\uFDFD'.repeat(6),
    '👨‍👩‍👧‍👦 🏳️‍🌈 👍🏽',
    'x',
  ];
  texts.forEach((text, index) => talk.receive(from, text, { atMs: nowMs - (60 - index) * minuteMs }));
}

function sayToAbsent({ talk, nowMs }: Said): void {
  const { departed, newKey, earlier, blocked } = talkPeople;
  talk.receive(departed, 'I leave at five today.', { atMs: nowMs - 5 * hourMs });
  talk.write(departed, 'Can you send me the invoice before?', { atMs: nowMs - 20 * minuteMs });
  talk.write(departed, 'Or tomorrow, that is fine too.', { atMs: nowMs - 19 * minuteMs });
  talk.receive(newKey, 'Hi, this is Ana. I am at the test bench now.', { atMs: nowMs - 50 * minuteMs });
  talk.receive(earlier, 'See you after the holidays!', { atMs: nowMs - 9 * dayMs });
  talk.receive(blocked, 'Hello? Hello?', { atMs: nowMs - 2 * dayMs });
  for (const peerId of [talkPeople.everything, talkPeople.rightToLeft, departed, earlier, blocked]) {
    const [last] = talk.store.history(peerId, { limit: 1 });
    if (last) talk.store.markRead(peerId, last.position, Infinity);
  }
}
