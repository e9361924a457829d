/**
 * What the network doctor sees of the last minutes: restarts, stalls, jumps of the clock, floods, and datagrams that were not meant for us or
 * not made by Hallway (rule DOC-8). Pure.
 */
import { formatCount, formatDuration } from '../../../../shared/text/format.ts';
import type { Diagnostics, Finding } from '../../../../shared/contract/diagnostics.ts';
import { listed } from './words.ts';

type Examination = (diagnostics: Diagnostics) => readonly Finding[];

/** What happened longer ago explains nothing that is wrong now. */
const recentMs = 10 * 60_000;
/** A restart or two are a network that changed; more are a fault. */
const restartsThatWorry = 3;
/** Fewer are a scan or a stray datagram. */
const strayDatagrams = 20;

const restarted: Examination = ({ restarts, atMs }) => {
  const recent = restarts.filter((restart) => atMs - restart.atMs <= recentMs);
  if (recent.length === 0) return [];
  const causes = [...new Set(recent.map(({ service, cause }) => `${service}: ${cause}`))];
  return [
    {
      code: 'restarted',
      severity: recent.length >= restartsThatWorry ? 'warning' : 'info',
      title: `Networking was restarted ${formatCount(recent.length, 'time')} in the last 10 minutes`,
      remedy: `The causes: ${listed(causes)}. If it goes on, copy this report for whoever looks after the network.`,
    },
  ];
};

const stalled: Examination = ({ stalls, atMs }) => {
  const recent = stalls.filter((stall) => atMs - stall.atMs <= recentMs);
  if (recent.length === 0) return [];
  const longest = Math.max(...recent.map(({ lateMs }) => lateMs));
  return [
    {
      code: 'stalled',
      severity: 'info',
      title: `Hallway stood still ${formatCount(recent.length, 'time')} in the last 10 minutes, at most for ${formatDuration(longest)}`,
      remedy:
        'Nobody was taken off the list for that. If it happens often, this computer is overloaded: see which program keeps it busy, or give a virtual machine more of a processor.',
    },
  ];
};

const clockJumped: Examination = ({ clockJumps, atMs }) => {
  const recent = clockJumps.filter((jump) => Math.abs(atMs - jump.atMs) <= recentMs);
  const last = recent.at(-1);
  if (!last) return [];
  const isSleep = last.byMs > 0;
  return [
    {
      code: 'clock-jumped',
      severity: 'info',
      title: isSleep
        ? `The computer slept, or its clock was set forward, by ${formatDuration(last.byMs)}`
        : `The clock of this computer was set back by ${formatDuration(last.byMs)}`,
      remedy:
        'Networking was joined anew. If this computer did not sleep and the clock keeps jumping, let it be set from the network (NTP).',
    },
  ];
};

/** While it lasts; what is over is only counted. */
const flooded: Examination = ({ health, counters }) => {
  const entry = health.find(({ code }) => code === 'flooded');
  if (!entry) return [];
  const reasons = Object.entries(groupOf(counters['dropped']))
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${wordingOf[reason] ?? reason}: ${count}`);
  return [
    {
      code: 'flooded',
      severity: 'warning',
      title: entry.title,
      remedy: `${entry.remedy} Dropped so far: ${listed(reasons)}.`,
    },
  ];
};

const wordingOf: Readonly<Record<string, string>> = {
  oversized: 'too long',
  foreign: 'not of Hallway',
  'peer-rate': 'too many from one person',
  'source-rate': 'too many from one stranger',
  'unknown-rate': 'too many from strangers',
  'queue-full': 'too many at once',
};

const foreignDatagrams: Examination = ({ counters, port, health }) => {
  const foreign = groupOf(counters['dropped'])['foreign'] ?? 0;
  if (foreign < strayDatagrams || health.some(({ code }) => code === 'flooded')) return [];
  return [
    {
      code: 'port-shared',
      severity: 'info',
      title: `${formatCount(foreign, 'datagram')} on UDP port ${port} came from another program, or from a team with a key`,
      remedy: `They are ignored. If people are missing, see whether they use a team key; if another program needs port ${port}, start Hallway everywhere with another --port.`,
    },
  ];
};

/** Counted before anything else is known of it: so not who, only that there is somebody. */
const otherTeam: Examination = ({ teamKey, counters }) => {
  const others = numberOf(counters['otherTeam']);
  if (!teamKey || others === 0) return [];
  return [
    {
      code: 'other-team',
      severity: 'info',
      title: 'Somebody near uses another team key, or none',
      remedy: `${formatCount(others, 'datagram')} could not be opened with yours. If somebody of your team is missing, compare the first line of the team key files; blanks at the ends do not matter, upper and lower case do.`,
    },
  ];
};

const otherVersions: Examination = ({ counters }) => {
  const malformed = groupOf(counters['malformed']);
  if ((malformed['version'] ?? 0) === 0) return [];
  return [
    {
      code: 'other-version',
      severity: 'info',
      title: 'Somebody here uses a version of Hallway that speaks another language',
      remedy: 'You do not see each other until both have the same version: update the older one.',
    },
  ];
};

const wrongSignatures: Examination = ({ counters }) => {
  const wrong = numberOf(counters['badSignature']);
  if (wrong < strayDatagrams) return [];
  return [
    {
      code: 'wrong-signatures',
      severity: 'info',
      title: `${formatCount(wrong, 'datagram')} had a wrong signature`,
      remedy:
        'They had no effect. Either something damages datagrams on their way (a bad cable, a faulty adapter or driver), or somebody tries to pass for another.',
    },
  ];
};

export const historyExaminations: readonly Examination[] = [
  restarted,
  flooded,
  otherTeam,
  otherVersions,
  foreignDatagrams,
  wrongSignatures,
  stalled,
  clockJumped,
];

type Counter = Diagnostics['counters'][string] | undefined;

function numberOf(counter: Counter): number {
  return typeof counter === 'number' ? counter : 0;
}

function groupOf(counter: Counter): Readonly<Record<string, number>> {
  return typeof counter === 'object' ? counter : {};
}
