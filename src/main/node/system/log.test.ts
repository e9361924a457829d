import { expect, test, vi } from 'vitest';
import type { LogOptions } from './log.ts';
import { createStderrLog } from './log.ts';

function createWritten(options: Omit<LogOptions, 'write'>) {
  const lines: string[] = [];
  return { lines, log: createStderrLog({ ...options, write: (line) => void lines.push(line) }) };
}

test('entries below the threshold are not written', () => {
  const { lines, log } = createWritten({ threshold: 'warning', format: 'text' });
  for (const level of ['debug', 'info', 'warning', 'error'] as const) log.write(level, level);
  expect(lines.map((line) => line.split(' ').slice(1).join(' '))).toEqual(['warning warning\n', 'error error\n']);
});

test('an entry is one line of JSON, and no field can pretend to be another', () => {
  const { lines, log } = createWritten({ threshold: 'info', format: 'json' });
  log.write('info', 'a line\nbreak', { peers: 3, level: 'error', message: 'forged' });
  expect(lines.length).toBe(1);
  expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    level: 'info',
    message: 'a line\nbreak',
    peers: 3,
  });
});

test.each(['text', 'json'] as const)('what a terminal may obey is written as an escape (%s)', (format) => {
  const { lines, log } = createWritten({ threshold: 'info', format });
  log.write('info', '\u001b[2J\u009b2J\u202e', { name: '\u001b]0;x\u0007\u007f\u2028' });
  expect(lines.join('').slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
  expect(lines.join('')).toContain('\\u202e');
});

test('a value that JSON cannot carry spoils its entry, not the program', () => {
  const { lines, log } = createWritten({ threshold: 'info', format: 'text' });
  const circle: Record<string, unknown> = {};
  circle['circle'] = circle;
  log.write('info', 'odd', circle);
  log.write('info', 'odd', { big: 1n });
  expect(lines.map((line) => line.slice(25))).toEqual(['info odd "(cannot be written)"\n', 'info odd "(cannot be written)"\n']);
});

test('it writes to the standard error stream, never to the standard output', () => {
  const [output, error] = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write').mockReturnValue(true)];
  createStderrLog({ threshold: 'info', format: 'text' }).write('info', 'hello');
  const calls = { output: output.mock.calls.length, error: error.mock.calls.length };
  output.mockRestore();
  error.mockRestore();
  expect(calls).toEqual({ output: 0, error: 1 });
});
