/**
 * The scenes of screenshots.mjs: the people, the events, and the part of the page that is shown.
 */
import { refuse } from '../src/shared/text/messages/problem-values.ts';
import { fakePeerId } from '../test/fakes/fake-hallway.ts';
import {
  createCrowd,
  createEmptyHallway,
  createTroubledHallway,
  createPopulatedHallway,
  createNamesakeHallway,
} from '../test/fixtures/populated-hallway.ts';
import { conversationPeers } from '../test/fixtures/populated-conversations.ts';

const wide = { width: 1080, height: 760 };
const tall = { width: 1080, height: 1180 };
const narrow = { width: 420, height: 760 };

const { everything, silent, hostile, departed, newKey, earlier, blocked, rightToLeft, ideographs } = conversationPeers;
const [leila, marco] = [fakePeerId(6), fakePeerId(7)];
/** Sam Okafor, a one-way peer. */
const oneWay = fakePeerId(9);
const alone = () => createEmptyHallway();

/** The silence before a scene with trouble. */
export const silentForMs = 41_000;

/** The scenes in the README and the documents; the other ones are for work on the page. */
export const documented = [
  'chat',
  'chat-dark',
  'chat-narrow',
  'room',
  'new-key',
  'details',
  'people-narrow',
  'empty',
  'one-way',
  'offline',
  'network',
  'network-dark',
];

/**
 * @typedef {object} Shot
 * @property {{ width: number, height: number }} viewport
 * @property {(nowMs: number) => import('../test/fakes/fake-hallway.ts').FakeHallway} [hallway]
 * instead of the one with conversations
 * @property {'light' | 'dark'} [colorScheme]
 * @property {string} [select] the peer ID of a contact to select
 * @property {string} [room] a room to open, instead of a contact
 * @property {boolean} [trouble] with network problems
 * @property {boolean} [loseLink]
 * @property {string} [editName] a name to enter, which is refused
 * @property {string} [search]
 * @property {boolean} [network] with the network panel open
 * @property {string} [address] an address to add in the network panel
 * @property {'middle' | 'end'} [scroll] scroll position of the right pane
 * @property {string} [find] a message search
 * @property {boolean} [everywhere] in all conversations
 * @property {boolean} [jump] to the first result
 * @property {boolean} [details] with the contact's details open
 * @property {string} [press] a button to press last
 * @property {string} [draft] a text to type
 * @property {boolean} [send] the typed text
 * @property {boolean} [scrollUp] away from the end of the conversation
 * @property {(scene: import('../test/fixtures/populated-conversations.ts').PopulatedConversations)
 * => void} [before] runs before the page opens
 * @property {(scene: import('../test/fixtures/populated-conversations.ts').PopulatedConversations)
 * => void} [after] runs while the conversation is open
 */

/** @type {Record<string, Shot>} */
const conversationScenes = {
  chat: { viewport: wide, select: everything },
  'chat-narrow': { viewport: narrow, select: everything },
  'chat-empty': { viewport: wide, select: silent },
  'chat-arabic': { viewport: wide, select: rightToLeft },
  'chat-japanese': { viewport: wide, select: ideographs },
  'chat-hostile': { viewport: wide, select: hostile, scrollUp: true },
  'chat-hostile-narrow': { viewport: narrow, select: hostile },
  'chat-departed': { viewport: wide, select: departed },
  'chat-earlier': { viewport: wide, select: earlier },
  'chat-blocked': { viewport: wide, select: blocked },
  'chat-typing': { viewport: wide, select: everything, after: ({ conversations }) => conversations.type(everything, true) },
  'chat-new-below': {
    viewport: wide,
    select: everything,
    scrollUp: true,
    after: ({ conversations }) => ['Have it.', 'Thank you!'].forEach((text) => conversations.receive(everything, text)),
  },
  'chat-long-draft': { viewport: wide, select: everything, draft: 'word '.repeat(3_300) },
  'chat-not-kept': {
    viewport: wide,
    select: everything,
    draft: 'Do not lose this',
    send: true,
    before: ({ conversations }) => conversations.refuse(refuse('not-kept')),
  },
  'chat-unreadable': { viewport: wide, select: everything, before: ({ store }) => void (store.refuseReads = 'corrupt') },
  'chat-offline': { viewport: wide, select: everything, trouble: true },
  'chat-lost': { viewport: wide, select: everything, draft: 'Do not lose this', loseLink: true },
  'new-key': { viewport: wide, select: newKey },
  'new-key-narrow': { viewport: narrow, select: newKey },
  code: { viewport: wide, select: newKey, press: 'Compare safety numbers' },
  details: { viewport: { width: 1080, height: 960 }, select: everything, details: true },
  block: { viewport: wide, select: everything, details: true, press: 'Block' },
  clear: { viewport: narrow, select: everything, details: true, press: 'Delete messages' },
  find: { viewport: wide, select: everything, find: 'the' },
  'find-everywhere': { viewport: narrow, select: everything, find: 'th', everywhere: true },
  'find-nothing': { viewport: wide, select: everything, find: 'zebra' },
  'find-jump': { viewport: wide, select: everything, find: 'parser', jump: true },
};

/** @type {Record<string, Shot>} */
const roomScenes = {
  room: { viewport: wide, room: 'everyone', before: talkInRooms },
  'room-narrow': { viewport: narrow, room: 'everyone', before: talkInRooms },
  'room-empty': { viewport: wide, room: 'everyone' },
};

/**
 * @param {import('../test/fixtures/populated-conversations.ts').PopulatedConversations} scene
 */
function talkInRooms({ hallway }) {
  const { inRooms } = hallway;
  const nowMs = Date.now();
  const minutesAgo = (/** @type {number} */ count) => ({ atMs: nowMs - count * 60_000 });
  inRooms.hear('everyone', everything, 'Lunch is here, second floor.', minutesAgo(26));
  inRooms.hear('everyone', everything, 'Soup and bread, enough for all.', minutesAgo(26));
  inRooms.hear('everyone', leila, 'Coming down. Who has the key to the balcony?', minutesAgo(21));
  const said = inRooms.wrote('everyone', 'I have it. See you there in five minutes.', minutesAgo(20));
  inRooms.keep(said.messageId, said.keptBy?.of ?? 0);
  inRooms.hear('everyone', marco, 'A parcel for Priya is at the front desk.', minutesAgo(3));
  inRooms.noticeTopic('everyone', everything, 'Lunch, parcels, and keys');
  inRooms.enter('design', everything, marco);
  inRooms.noticeTopic('design', everything, 'Sketches for the new icons');
}

/** @type {Record<string, Shot>} */
const people = {
  overview: { viewport: wide },
  'people-narrow': { viewport: narrow },
  empty: { viewport: wide, hallway: alone },
  'empty-narrow': { viewport: narrow, hallway: alone },
  'one-person': { viewport: wide, hallway: (nowMs) => createPopulatedHallway(nowMs, 1) },
  'one-way': { viewport: wide, select: oneWay, details: true },
  offline: { viewport: wide, trouble: true },
  'offline-person': { viewport: wide, trouble: true, select: everything, details: true },
  reconnecting: { viewport: wide, loseLink: true },
  editing: { viewport: wide, editName: 'everyone' },
  search: { viewport: wide, search: 'ana' },
  departed: { viewport: wide, select: departed, details: true },
  namesakes: { viewport: wide, hallway: createNamesakeHallway, select: fakePeerId(200) },
  crowd: { viewport: wide, hallway: (nowMs) => createCrowd(1_000, nowMs) },
};

/** @type {Record<string, Shot>} */
const network = {
  network: { viewport: tall, hallway: createTroubledHallway, network: true },
  'network-well': { viewport: wide, hallway: (nowMs) => createPopulatedHallway(nowMs, 5), network: true },
  'network-narrow': { viewport: narrow, hallway: createTroubledHallway, network: true },
  'network-narrow-2': { viewport: narrow, hallway: createTroubledHallway, network: true, scroll: 'middle' },
  'network-narrow-3': { viewport: narrow, hallway: createTroubledHallway, network: true, scroll: 'end' },
  'network-end': { viewport: tall, hallway: createTroubledHallway, network: true, scroll: 'end' },
  'network-bad-address': { viewport: wide, network: true, address: 'ana-thinkpad' },
  'network-no-answer': { viewport: wide, network: true, address: '10.9.9.9:50000' },
  'network-answer': { viewport: wide, network: true, address: '10.0.0.21:49200' },
};

/** @type {Record<string, Shot>} */
const light = { ...conversationScenes, ...roomScenes, ...people, ...network };

/**
 * Each scene also exists as NAME-dark.
 *
 * @type {Record<string, Shot>}
 */
export const shots = { ...light };
for (const [name, shot] of Object.entries(light)) shots[`${name}-dark`] = { ...shot, colorScheme: 'dark' };
