import { expect, test } from 'vitest';
import { fakeDiagnostics, fakePeerId } from '../../../test/fakes/fake-hallway.ts';
import { say } from './messages/page.ts';
import { finding } from './messages/problem-values.ts';
import { writeProblemReport, type ProblemReportInput } from './problem-report.ts';

const atMs = Date.UTC(2026, 10, 28, 18, 30, 5, 120);

const peer = {
  peerId: fakePeerId(1),
  name: 'Ana',
  host: 'ana-pc',
  presence: 'online' as const,
  unicastOnly: true,
  multicastHeardMsAgo: null,
  addresses: ['10.0.0.7:50000'],
  lastSeenMs: 57_500,
};

function write(change: Partial<ProblemReportInput> = {}): ReturnType<typeof writeProblemReport> {
  return writeProblemReport({
    atMs,
    versions: { Hallway: '1.2.3', 'Node.js': '24.0.0' },
    health: [],
    examined: { findings: [], diagnostics: fakeDiagnostics() },
    log: [],
    ...change,
  });
}

test('[REPORT-1] begins with a summary of its contents, and of data it leaves out', () => {
  const { fileName, text } = write();
  expect(fileName).toBe('hallway-report-2026-11-28T18-30-05-120Z.txt');
  expect(text.split('\n\n').slice(0, 3)).toEqual([
    'Hallway problem report, 2026-11-28T18:30:05.120Z',
    expect.stringMatching(
      /^Please read this file before you send it.*It doesn't contain messages, notes, keys or passphrases\.$/s,
    ),
    'Versions\n  Hallway: 1.2.3\n  Node.js: 24.0.0',
  ]);
});

test('[REPORT-1] contains health, findings, diagnostics and the log', () => {
  const health = [{ code: 'no-network', severity: 'error' as const, values: {}, sinceMs: 0 }];
  const findings = [finding('send-refused', 'warning', { adapters: ['eth0'], systemCode: 'EPERM' })];
  const { text } = write({
    health,
    examined: { findings, diagnostics: fakeDiagnostics({ peers: [peer] }) },
    log: ['2026-11-28T18:00:00.000Z info started'],
  });
  const [, , , shownHealth, shownFindings, diagnostics = '', log] = text.split('\n\n');
  expect({ shownHealth, shownFindings, log }).toEqual({
    shownHealth: `Health\n  error no-network, since 1970-01-01T00:00:00.000Z: ${say('health.no-network.title')}. ${say('health.no-network.remedy')}`,
    shownFindings: `Findings of the network doctor\n  warning send-refused (EPERM): Something on this computer blocks Hallway on eth0. ${say('doctor.send-refused.remedy')}`,
    log: 'The end of the log\n  2026-11-28T18:00:00.000Z info started\n',
  });
  const { health: _health, ...expected } = fakeDiagnostics({ peers: [{ ...peer, peerId: peer.peerId.slice(0, 8) }] });
  expect(JSON.parse(diagnostics.replace('Diagnostics', ''))).toEqual(expected);
});

test('[REPORT-1] leaves out fields that the schemas do not name', () => {
  const { text } = write({
    health: [Object.assign({ code: 'c', severity: 'info' as const, values: {}, sinceMs: 0 }, { secret: 'open sesame' })],
    examined: {
      findings: [Object.assign({ code: 'c', severity: 'info' as const, values: {} }, { text: 's3cret' })],
      diagnostics: { ...fakeDiagnostics({ peers: [{ ...peer, ...{ note: 'at home' } }] }), ...{ passphrase: 'correct horse' } },
    },
  });
  expect(text).toContain('"name": "Ana"');
  expect(text).not.toMatch(new RegExp(`open sesame|s3cret|at home|correct horse|${peer.peerId}`));
});

test('names and log lines cannot break a line or reverse the text', () => {
  const hostile = { ...peer, name: 'Ana\nVersions\n  Hallway: 9\u202E', host: '\u2066x\u009by' };
  const { text } = write({
    examined: { findings: [], diagnostics: fakeDiagnostics({ peers: [hostile] }) },
    log: ['one\nVersions', '\u001b[2J'],
  });
  expect(text.split('\n').filter((line) => line.startsWith('Versions'))).toEqual(['Versions']);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('marks unknown parts, and accepts malformed entries', () => {
  const diagnostics = fakeDiagnostics({ port: Number.NaN });
  const { fileName, text } = write({ atMs: Number.NaN, versions: {}, examined: { findings: [], diagnostics } });
  expect(fileName).toBe('hallway-report-unknown-time.txt');
  expect(text).toContain('Diagnostics\n  Malformed at port.');
  expect(text).toContain('Versions\n  Unknown.');
  expect(text).toContain('The end of the log\n  No log was kept.');
});
