import { expect, it } from 'vitest';
import { pickOwnArguments } from './own-arguments.ts';

const ownOptions = ['name', 'interface', 'port'];

it('keeps our options and drops those of Electron, Chromium and the system', () => {
  const argv = [
    'electron',
    '--inspect=0',
    '--no-sandbox',
    '/app/out/main/index.js',
    '--name',
    'Ana Lima',
    '-psn_0_123',
    '--interface=lo',
    '--port',
    '4300',
  ];
  expect(pickOwnArguments(argv, ownOptions)).toEqual(['--name', 'Ana Lima', '--interface=lo', '--port', '4300']);
});

it('leaves a forgotten value for the parser to complain about', () => {
  expect(pickOwnArguments(['electron', '.', '--name'], ownOptions)).toEqual(['--name']);
});

it('does not take the value of one option for another', () => {
  expect(pickOwnArguments(['electron', '.', '--name', '--port', '--interface', 'lo'], ownOptions)).toEqual([
    '--name',
    '--port',
    '--interface',
    'lo',
  ]);
});
