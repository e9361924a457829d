/**
 * Checks the last minutes: restarts, stalls, clock jumps, floods, and datagrams of other teams or
 * programs (rule DOC-8). Pure.
 */
import type { Diagnostics, Finding } from '../../../../shared/contract/diagnostics.ts';
import { finding } from '../../../../shared/text/messages/problem-values.ts';

type Examination = (diagnostics: Diagnostics) => readonly Finding[];

/** Older events do not explain a current fault. */
const recentMs = 10 * 60_000;
/** Restarts that count as a fault. Fewer are normal when the network changes. */
const restartsThatWorry = 3;
/** Unreadable datagrams that count as a finding. Fewer are a scan or an accident. */
const strayDatagrams = 20;

const restarted: Examination = ({ restarts, atMs }) => {
  const recent = restarts.filter((restart) => atMs - restart.atMs <= recentMs);
  if (recent.length === 0) return [];
  const causes = [...new Set(recent.map(({ service, cause }) => `${service}: ${cause}`))];
  const severity = recent.length >= restartsThatWorry ? 'warning' : 'info';
  return [finding('restarted', severity, { count: recent.length, causes })];
};

const stalled: Examination = ({ stalls, atMs }) => {
  const recent = stalls.filter((stall) => atMs - stall.atMs <= recentMs);
  if (recent.length === 0) return [];
  const longestMs = Math.max(...recent.map(({ lateMs }) => lateMs));
  return [finding('stalled', 'info', { count: recent.length, longestMs })];
};

const clockJumped: Examination = ({ clockJumps, atMs }) => {
  const recent = clockJumps.filter((jump) => Math.abs(atMs - jump.atMs) <= recentMs);
  const last = recent.at(-1);
  if (!last) return [];
  return [finding('clock-jumped', 'info', { direction: last.byMs > 0 ? 'ahead' : 'back', byMs: Math.abs(last.byMs) })];
};

/** Reports a current flood. Past ones are only counted. */
const flooded: Examination = ({ health, counters }) => {
  if (!health.some(({ code }) => code === 'flooded')) return [];
  const dropped = Object.entries(groupOf(counters['dropped'])).toSorted(([, a], [, b]) => b - a);
  const count = dropped.reduce((sum, [, one]) => sum + one, 0);
  return [finding('flooded', 'warning', { count, reason: reasonOf[dropped[0]?.[0] ?? ''] ?? 'other' })];
};

/** Reasons of drops, as the catalogue names them. */
const reasonOf: Readonly<Record<string, string>> = {
  oversized: 'oversized',
  foreign: 'foreign',
  'peer-rate': 'peerRate',
  'known-rate': 'knownRate',
  'source-rate': 'sourceRate',
  'unknown-rate': 'unknownRate',
  'new-key-rate': 'newKeyRate',
  'queue-full': 'queueFull',
};

const foreignDatagrams: Examination = ({ counters, port, health }) => {
  const foreign = groupOf(counters['dropped'])['foreign'] ?? 0;
  if (foreign < strayDatagrams || health.some(({ code }) => code === 'flooded')) return [];
  return [finding('port-shared', 'info', { count: foreign, port })];
};

/** Reports datagrams of another team. Their sender is unknown, since they cannot be opened. */
const otherTeam: Examination = ({ teamKey, counters }) => {
  const others = numberOf(counters['otherTeam']);
  if (!teamKey || others === 0) return [];
  return [finding('other-team', 'info', { count: others })];
};

const otherVersions: Examination = ({ counters }) => {
  const malformed = groupOf(counters['malformed']);
  if ((malformed['version'] ?? 0) === 0) return [];
  return [finding('other-version', 'info')];
};

const wrongSignatures: Examination = ({ counters }) => {
  const wrong = numberOf(counters['badSignature']);
  if (wrong < strayDatagrams) return [];
  return [finding('wrong-signatures', 'info', { count: wrong })];
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
