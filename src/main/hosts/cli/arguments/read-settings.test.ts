import { expect, test } from 'vitest';
import { settingKeys } from '../../../../shared/contract/settings.ts';
import { readSettings } from './read-settings.ts';

test.each<readonly [readonly string[], unknown]>([
  [['set', 'status', 'away'], 'away'],
  [['set', 'note', ''], ''],
  [['set', 'note', '["no", list]'], '["no", list]'],
  [['set', 'name', '5'], '5'],
  [['set', 'readReceipts', 'false'], false],
  [['set', 'keepDays', '30'], 30],
  [['set', 'keepDays', 'null'], null],
  [
    ['set', 'excludedInterfaces', '["tun0","docker0"]'],
    ['tun0', 'docker0'],
  ],
  [
    ['set', 'excludedInterfaces', 'tun0, docker0'],
    ['tun0', 'docker0'],
  ],
  [['set', 'excludedInterfaces', '[]'], []],
  [['set', 'quietHours', '{"days":[1,2],"from":"22:00","to":"07:00"}'], { days: [1, 2], from: '22:00', to: '07:00' }],
  [['set', 'quietHours', 'null'], null],
  [
    ['set', 'keywords', 'build, lunch'],
    ['build', 'lunch'],
  ],
  [['set', 'notifyRooms', 'all'], 'all'],
  [['set', 'roomKeepDays', 'null'], null],
  [['set', 'globalShortcut', 'Ctrl+Alt+H'], 'Ctrl+Alt+H'],
  [['set', 'globalShortcut', 'null'], null],
  [
    ['set', 'manualAddresses', '10.0.0.1:50000,[fe80::1%eth0]:50001'],
    ['10.0.0.1:50000', '[fe80::1%eth0]:50001'],
  ],
])('hallway settings %j gives %j', (words, value) => {
  expect(readSettings(words, false)).toEqual({ ok: true, action: { action: 'set', key: words[1], value } });
});

test('without a word it lists, as a table or as JSON', () => {
  expect([readSettings([], false), readSettings(['list'], true)]).toEqual([
    { ok: true, action: { action: 'list', json: false } },
    { ok: true, action: { action: 'list', json: true } },
  ]);
});

test('get and reset take a key', () => {
  expect([readSettings(['get', 'note'], false), readSettings(['reset', 'note'], false)]).toEqual([
    { ok: true, action: { action: 'get', key: 'note' } },
    { ok: true, action: { action: 'reset', key: 'note' } },
  ]);
});

test.each<readonly [readonly string[], string]>([
  [['list', 'x'], 'hallway settings list does not take "x".'],
  [['get'], 'Say which setting, for example: hallway settings get status'],
  [['set'], 'Say which setting, for example: hallway settings set status away'],
  [['get', 'note', 'x'], 'hallway settings get does not take "x".'],
  [['set', 'note'], 'Say what "note" is to be: any text; anything past 96 bytes is cut off.'],
  [['set', 'note', 'at', 'lunch'], 'hallway settings set takes one VALUE: put it in quotes.'],
  [['set', 'keepDays', '0'], '"keepDays" must be a number of days from 1 to 36500, or null for never.'],
  [['set', 'passive', 'yes'], '"passive" must be true or false.'],
  [['set', 'excludedInterfaces', ''], '"excludedInterfaces" must be a list of up to 64 names of adapters.'],
  [['get', '__proto__'], `There is no setting "__proto__". The settings are: ${settingKeys.join(', ')}.`],
  [['unset', 'note'], 'hallway settings cannot "unset". It can: list, get, set, reset.'],
])('hallway settings %j is not understood', (words, message) => {
  expect(readSettings(words, false)).toEqual({ ok: false, message });
});

test('--json belongs to the list', () => {
  expect(readSettings(['get', 'note'], true)).toEqual({
    ok: false,
    message: 'hallway settings get has no option --json.',
  });
});
