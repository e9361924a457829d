/** People for a fake Hallway: twelve with names and notes in several scripts for the eye, and any number for the benches. */
import { createHealthBoard } from '../../src/main/core/health/health-board.ts';
import type { Health, Peer } from '../../src/shared/contract/model.ts';
import { createFakeClock } from './fake-clock.ts';
import type { FakeHallway } from './fake-hallway.ts';
import { createFakeHallway, fakeInterface, fakePeer, fakePeerId, fakeSelf } from './fake-hallway.ts';

type Entry = Pick<Peer, 'name' | 'host'> & Partial<Pick<Peer, 'status' | 'note' | 'presence'>> & { readonly seenMsAgo: number };

const office: readonly Entry[] = [
  { name: 'Ana Ribeiro', host: 'ana-thinkpad', note: 'Release notes until 15:00', seenMsAgo: 1_200 },
  { name: 'Ana Ribeiro', host: 'lab-2', note: 'Test bench', seenMsAgo: 3_700 },
  { name: 'Bảo Trân Nguyễn', host: 'design-mini', note: 'Icons are in the shared folder', seenMsAgo: 900 },
  { name: 'Dmitri Sokolov', host: 'build-07', note: 'на встрече до обеда', status: 'busy', seenMsAgo: 4_100 },
  { name: 'Émilie Laurent', host: 'emilie-mbp', note: 'Déjeuner, de retour à 13 h', status: 'away', seenMsAgo: 2_300 },
  { name: 'Jonas Weber', host: 'jw-desktop', seenMsAgo: 13_900, presence: 'suspect' },
  { name: 'Leila Haddad', host: 'finance-3', note: 'Quarter end, ask me tomorrow', status: 'busy', seenMsAgo: 1_500 },
  { name: 'Marco Bianchi', host: 'marco-xps', note: 'Ci vediamo in sala grande', seenMsAgo: 600 },
  { name: 'Priya Raman', host: 'priya-air', note: 'नमस्ते! Pairing on the parser', seenMsAgo: 2_900 },
  { name: 'Sam Okafor', host: 'guest-wifi-14', note: 'On the guest network', seenMsAgo: 11_600, presence: 'one-way' },
  { name: 'سارة العلي', host: 'sara-pc', note: 'متاحة بعد الظهر', seenMsAgo: 1_800 },
  { name: '佐藤 健', host: 'sato-ws', note: '午後は在宅です', seenMsAgo: 3_200 },
];

/** The core's own sentences, as when everybody fell silent at once and one adapter refuses to send. */
export function createTrouble(nowMs: number): readonly Health[] {
  const board = createHealthBoard({ clock: createFakeClock({ wallMs: nowMs }) });
  board.raise('looks-offline');
  board.raise('interface-failed', 'wlan0');
  return board.list();
}

/** An office whose network the doctor has something to say about: a firewall, another subnet, a VPN that is switched off. */
export function createHarriedOffice(nowMs: number): FakeHallway {
  const hallway = createOffice(nowMs);
  hallway.setSelf({
    interfaces: [
      { name: 'eth0', address: '10.0.0.5' },
      { name: 'wlan0', address: '192.168.20.31' },
    ],
  });
  const wellKnown = hallway.diagnostics();
  hallway.setDiagnostics({
    atMs: nowMs,
    unicastPort: 50_296,
    peers: wellKnown.peers.map((peer, index) =>
      index === 2
        ? { ...peer, addresses: ['10.8.4.17:49731'], unicastOnly: true, multicastHeardMsAgo: null }
        : { ...peer, unicastOnly: false },
    ),
    interfaces: [
      { ...fakeInterface, sent: 1_284, heard: 9_411, ownBeaconHeardMsAgo: 2_300 },
      {
        ...fakeInterface,
        address: 'fe80::8a2f:1cff:fe40:7d11',
        family: 'ipv6',
        prefixLength: 64,
        sent: 6,
        heard: 3_102,
        ownBeaconHeardMsAgo: 740_000,
      },
      {
        ...fakeInterface,
        name: 'wlan0',
        address: '192.168.20.31',
        sent: 412,
        sendFailures: 38,
        lastSendFailure: 'EPERM',
        lastSendFailureMsAgo: 4_000,
        lastSendFailureTo: '224.0.0.187:4255',
        heard: 0,
        ownBeaconHeardMsAgo: 196_000,
      },
    ],
    restarts: [{ atMs: nowMs - 31 * 60_000, service: 'sockets', cause: 'ENODEV: wlan0 went away', delayMs: 1_000 }],
    clockJumps: [{ atMs: nowMs - 94 * 60_000, byMs: 52 * 60_000 }],
    counters: { received: 12_530, dropped: { foreign: 14, 'unknown-rate': 3 }, badSignature: 2, replayed: 1_204 },
    network: { manualAddresses: ['10.8.4.17:49731', '10.8.4.90:50110'], excludedInterfaces: ['tun0'], passive: false },
  });
  return hallway;
}

/** An office in which two pretend to be others: one by the same name, one by letters of another script. */
export function createOfficeOfNamesakes(nowMs: number): FakeHallway {
  const hallway = createOffice(nowMs);
  hallway.putPeer(fakePeer(200, { name: 'Рriya Raman', host: 'visitor-9', note: 'Send it to me', lastSeenMs: nowMs - 2_000 }));
  return hallway;
}

/** Nobody but us. @param talk what was said; see talk-office.ts */
export function createEmptyOffice(talk?: FakeHallway['talk']): FakeHallway {
  return createFakeHallway(
    fakeSelf({
      name: 'Noor Visser',
      host: 'noor-laptop',
      note: 'Working on the new floor plan',
      interfaces: [{ name: 'eth0', address: '10.0.0.5' }],
    }),
    talk,
  );
}

/** @param count of the twelve; two more have left already when all are here */
export function createOffice(nowMs: number, count = office.length, talk?: FakeHallway['talk']): FakeHallway {
  const hallway = createEmptyOffice(talk);
  office.slice(0, count).forEach(({ seenMsAgo, ...entry }, index) => {
    const address = index === 2 ? '[fe80::5c1a:77ff:fe20:9]:49731' : `10.0.0.${21 + index * 3}:${49_200 + index * 137}`;
    hallway.putPeer(fakePeer(index, { ...entry, addresses: [address], lastSeenMs: nowMs - seenMsAgo }));
  });
  if (count < office.length) return hallway;
  hallway.putPeer(fakePeer(100, { name: 'Olga Petrova', host: 'olga-nuc', lastSeenMs: nowMs - 4 * 60_000 }));
  hallway.leave(fakePeerId(100), 'goodbye');
  hallway.putPeer(fakePeer(101, { name: 'Tom Fischer', host: 'tf-elitebook', lastSeenMs: nowMs - 95 * 60_000 }));
  hallway.leave(fakePeerId(101), 'unreachable');
  return hallway;
}

const givenNames = [
  'Ada',
  'Björn',
  'Chloé',
  'Dalia',
  'Emre',
  'Fatima',
  'Goran',
  'Hana',
  'Ivo',
  'Júlia',
  'Kofi',
  'Lin',
  'Mina',
  'Nils',
  'Owen',
];
const familyNames = [
  'Adler',
  'Baker',
  'Costa',
  'Dubois',
  'Eriksen',
  'Farouk',
  'Garcia',
  'Horvat',
  'Ito',
  'Jansen',
  'Kowalski',
  'Lang',
  'Moreau',
];

/** A crowd of `count` people with names that differ. */
export function createCrowd(count: number, nowMs: number): FakeHallway {
  const hallway = createEmptyOffice();
  for (let number = 0; number < count; number += 1) {
    const given = givenNames[number % givenNames.length];
    const family = familyNames[Math.floor(number / givenNames.length) % familyNames.length];
    const generation = Math.floor(number / (givenNames.length * familyNames.length));
    hallway.putPeer(
      fakePeer(number, {
        name: `${given} ${family}${generation === 0 ? '' : ` ${generation + 1}`}`,
        host: `desk-${String(number).padStart(4, '0')}`,
        note: number % 3 === 0 ? 'At my desk' : '',
        status: number % 11 === 0 ? 'busy' : number % 7 === 0 ? 'away' : 'available',
        lastSeenMs: nowMs - (number % 5) * 1_000,
      }),
    );
  }
  return hallway;
}
