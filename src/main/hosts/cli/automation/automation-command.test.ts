import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCommand } from './automation-command.ts';

describe('[AUTO-1] commands', () => {
  it.each([
    { id: 1, cmd: 'peers' },
    { id: 'a', cmd: 'peers' },
    { id: -7, cmd: 'diagnostics' },
    { id: 5, cmd: 'profile' },
    { id: 5, cmd: 'profile', name: 'Ana', status: 'busy', note: '' },
    { id: 11, cmd: 'quit' },
    { id: 2, cmd: 'send', to: 'Ana', text: 'hello' },
    { id: 2, cmd: 'send', to: 'Ana', text: 'x'.repeat(100_000) },
    { id: 12, cmd: 'cancel', messageId: 'm' },
    { id: 6, cmd: 'history', with: 'Ana', limit: 1_000 },
    { id: 6, cmd: 'history', with: '#everyone', limit: 1, before: 'm' },
    { id: 7, cmd: 'search', text: '', limit: 5 },
    { id: 7, cmd: 'search', text: 'x', limit: 5, with: 'Ana' },
    { id: 8, cmd: 'read', messageId: 'm' },
    { id: 15, cmd: 'export', limit: 1_000 },
    { id: 15, cmd: 'export', limit: 1, after: 7, with: 'Ana' },
    { id: 16, cmd: 'clear', with: 'Ana' },
    { id: 16, cmd: 'clear', all: true },
    { id: 11, cmd: 'settings' },
    { id: 12, cmd: 'set', key: 'keepDays', value: null },
    { id: 12, cmd: 'set', key: 'nope', value: { a: [1] } },
    { id: 13, cmd: 'reset', key: 'keepDays' },
    { id: 13, cmd: 'doctor' },
    { id: 1, cmd: 'rooms' },
    { id: 3, cmd: 'say', room: '#everyone', text: 'hello' },
    { id: 3, cmd: 'join', room: 'lunch' },
    { id: 3, cmd: 'leave', room: 'no name' },
    { id: 4, cmd: 'topic', room: '#lunch', text: '' },
    { id: 9, cmd: 'connect', address: 'ana-laptop:50000' },
  ])('%j', (command) => {
    expect(decodeCommand(JSON.stringify(command))).toEqual({ ok: true, command });
    expect(decodeCommand(` ${JSON.stringify(command)}\r`)).toEqual({ ok: true, command });
  });
});

describe('[AUTO-2] what is no command', () => {
  const badId = 'The command needs an "id": a whole number, or a string of at most 200 characters.';
  const badCommand = 'Hallway doesn\'t know this command, or "cmd" is missing.';

  it.each([
    ['', "The line isn't JSON."],
    ['peers', "The line isn't JSON."],
    ['{"id":1,"cmd":"peers"', "The line isn't JSON."],
    ['{"id":1,"cmd":"peers"}{"id":2,"cmd":"peers"}', "The line isn't JSON."],
    ['null', "The line isn't a JSON object."],
    ['[1]', "The line isn't a JSON object."],
    ['"quit"', "The line isn't a JSON object."],
    ['{}', badCommand],
    ['{"id":1}', badCommand],
    ['{"id":1,"cmd":"dance"}', badCommand],
    ['{"id":1,"cmd":["quit"]}', badCommand],
    ['{"id":1,"cmd":"__proto__"}', badCommand],
    ['{"cmd":"quit"}', badId],
    ['{"id":null,"cmd":"quit"}', badId],
    ['{"id":1.5,"cmd":"quit"}', badId],
    ['{"id":1e300,"cmd":"quit"}', badId],
    ['{"id":{},"cmd":"quit"}', badId],
    [`{"id":"${'x'.repeat(201)}","cmd":"quit"}`, badId],
    ['{"id":null,"cmd":"send"}', badId],
    ['{"id":1,"cmd":"profile","status":"asleep"}', 'The field "status" is invalid.'],
    ['{"id":1,"cmd":"profile","name":5}', 'The field "name" is invalid.'],
    ['{"id":1,"cmd":"profile","nmae":"Ana"}', "The command has a field that doesn't belong to it."],
    ['{"id":9,"cmd":"connect"}', 'The field "address" is invalid.'],
    [`{"id":9,"cmd":"connect","address":"${'x'.repeat(301)}"}`, 'The field "address" is invalid.'],
    ['{"id":1,"cmd":"send","to":"Ana"}', 'The field "text" is invalid.'],
    ['{"id":1,"cmd":"send","to":["Ana"],"text":"x"}', 'The field "to" is invalid.'],
    ['{"id":1,"cmd":"send","to":"Ana","text":"x","urgent":true}', "The command has a field that doesn't belong to it."],
    ['{"id":1,"cmd":"history","with":"Ana"}', 'The field "limit" is invalid.'],
    ['{"id":1,"cmd":"history","with":"Ana","limit":0}', 'The field "limit" is invalid.'],
    ['{"id":1,"cmd":"search","text":"x","limit":1001}', 'The field "limit" is invalid.'],
    [`{"id":1,"cmd":"search","text":"${'x'.repeat(501)}","limit":1}`, 'The field "text" is invalid.'],
    ['{"id":1,"cmd":"read"}', 'The field "messageId" is invalid.'],
    ['{"id":1,"cmd":"export"}', 'The field "limit" is invalid.'],
    ['{"id":1,"cmd":"export","limit":1,"after":-1}', 'The field "after" is invalid.'],
    ['{"id":1,"cmd":"clear"}', 'Give either "with" or "all":true.'],
    ['{"id":1,"cmd":"clear","with":"Ana","all":true}', 'Give either "with" or "all":true.'],
    ['{"id":1,"cmd":"clear","all":false}', 'The field "all" is invalid.'],
    ['{"id":1,"cmd":"quit","now":true}', "The command has a field that doesn't belong to it."],
    ['{"id":1,"cmd":"set","key":"note"}', 'The field "value" is invalid.'],
    ['{"id":1,"cmd":"set","value":1}', 'The field "key" is invalid.'],
    [`{"id":1,"cmd":"reset","key":"${'x'.repeat(101)}"}`, 'The field "key" is invalid.'],
    ['{"id":1,"cmd":"settings","key":"note"}', "The command has a field that doesn't belong to it."],
  ])('%s', (text, message) => {
    expect(decodeCommand(text)).toEqual({ ok: false, message });
  });

  it('never throws, whatever the line', () => {
    const fields = {
      id: fc.anything(),
      cmd: fc.oneof(fc.anything(), fc.constantFrom('peers', 'profile', 'quit', 'send')),
      name: fc.anything(),
    };
    const almost = fc.record(fields, { requiredKeys: [] }).map((value) => JSON.stringify(value) ?? '');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), almost), (text) => {
        expect(decodeCommand(text)).toMatchObject({ ok: expect.any(Boolean) });
      }),
    );
  });
});
