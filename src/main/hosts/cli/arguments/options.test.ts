import { describe, expect, it } from 'vitest';
import { parseCommandLine, type CommandLine } from './options.ts';

function parse(text: string, environment: Record<string, string> = {}): CommandLine {
  return parseCommandLine(text === '' ? [] : text.split(' '), environment);
}

describe('what is understood', () => {
  it.each([
    ['open', { command: 'open', node: {}, showBrowser: true }],
    ['open --no-browser', { command: 'open', node: {}, showBrowser: false }],
    ['run --json', { command: 'run', node: {} }],
    ['--json run', { command: 'run', node: {} }],
    ['peers', { command: 'peers', node: {}, json: false, forMs: 2_000 }],
    ['peers --json --for 0.5', { command: 'peers', node: {}, json: true, forMs: 500 }],
    ['doctor', { command: 'doctor', node: {}, json: false, forMs: 13_000 }],
    ['doctor --json --for 2', { command: 'doctor', node: {}, json: true, forMs: 2_000 }],
    ['settings', { command: 'settings', node: {}, settings: { action: 'list', json: false } }],
    [
      'settings set keepDays 30 --profile /p',
      { command: 'settings', node: { profile: '/p' }, settings: { action: 'set', key: 'keepDays', value: 30 } },
    ],
    ['report', { command: 'report', node: {}, forMs: 13_000 }],
    ['report - --for 2', { command: 'report', node: {}, file: '-', forMs: 2_000 }],
    ['report out.txt', { command: 'report', node: {}, file: 'out.txt', forMs: 13_000 }],
    ['send Ana hello', { command: 'send', node: {}, to: 'Ana', text: 'hello', forMs: 30_000 }],
    ['send Ana - --for 2', { command: 'send', node: {}, to: 'Ana', forMs: 2_000 }],
    ['send Ana -- --hello', { command: 'send', node: {}, to: 'Ana', text: '--hello', forMs: 30_000 }],
    ['say #Lunch hello', { command: 'say', node: {}, room: 'lunch', text: 'hello', forMs: 30_000 }],
    ['say lunch - --for 2', { command: 'say', node: {}, room: 'lunch', forMs: 2_000 }],
    ['run --json --room #Lunch --room tea --room lunch', { command: 'run', node: { rooms: ['lunch', 'tea'] } }],
    ['export out.txt', { command: 'export', node: {}, file: 'out.txt', json: false }],
    ['export - --json --with Ana', { command: 'export', node: {}, file: '-', json: true, with: 'Ana' }],
    ['clear Ana', { command: 'clear', node: {}, with: 'Ana', confirmed: false }],
    ['clear --all --yes', { command: 'clear', node: {}, confirmed: true }],
    ['chat --name Ana', { command: 'chat', node: { name: 'Ana' } }],
    ['open --team-key-file /etc/key', { command: 'open', node: { teamKey: { file: '/etc/key' } }, showBrowser: true }],
    ['help', { command: 'help' }],
    ['open --help', { command: 'help' }],
    ['-h', { command: 'help' }],
    ['--version', { command: 'version' }],
    [
      'run --json --profile /p --name Ana --interface lo --interface eth0 --interface lo --group 239.1.2.3 --port 5000',
      { command: 'run', node: { profile: '/p', name: 'Ana', interfaces: ['lo', 'eth0'], group: '239.1.2.3', port: 5_000 } },
    ],
    ['send Bo -- -5', { command: 'send', node: {}, to: 'Bo', text: '-5', forMs: 30_000 }],
    ['settings set note -- -brb', { command: 'settings', node: {}, settings: { action: 'set', key: 'note', value: '-brb' } }],
    ['run --json --name=-x --profile=a=b', { command: 'run', node: { name: '-x', profile: 'a=b' } }],
  ])('hallway %s', (text, command) => {
    expect(parse(text)).toEqual({ ok: true, command });
  });
});

describe('what is refused, and why', () => {
  it.each([
    ['', 'Which command? For example: hallway open'],
    [
      'dance',
      'There\'s no command "dance". The commands are: open, peers, doctor, report, chat, send, say, send-files, receive, export, clear, profile, settings, run, completion.',
    ],
    [
      'constructor',
      'There\'s no command "constructor". The commands are: open, peers, doctor, report, chat, send, say, send-files, receive, export, clear, profile, settings, run, completion.',
    ],
    ['run', 'hallway run needs --json, its only format.'],
    ['export', 'Export to which file? For example: hallway export history.txt'],
    ['report a b', 'hallway report doesn\'t take "b".'],
    ['settings set nope 1', expect.stringMatching(/^There is no setting "nope"/)],
    ['settings get note --for 3', 'hallway settings has no option --for.'],
    ['report --json', 'hallway report has no option --json.'],
    ['export a b', 'hallway export doesn\'t take "b".'],
    ['clear', 'Delete the messages with whom? For example: hallway clear Ana, or hallway clear --all'],
    ['clear Ana --all', 'Delete the messages with whom? For example: hallway clear Ana, or hallway clear --all'],
    ['clear Ana Bo', 'hallway clear doesn\'t take "Bo".'],
    ['send Ana x --all', 'hallway send has no option --all.'],
    ['open now', 'hallway open doesn\'t take "now".'],
    ['open --jsn', "There's no option --jsn."],
    ['open -x', "There's no option -x."],
    ['open --constructor', "There's no option --constructor."],
    ['send Bo -5', "There's no option -5. If -5 is text, put -- before it, as in: hallway send Ana -- -5"],
    ['send Bo -x=1', "There's no option -x=1. If -x=1 is text, put -- before it, as in: hallway send Ana -- -x=1"],
    ['send Bo --no-way', expect.stringMatching(/^There's no option --no-way\. If --no-way is text, put -- before it/)],
    ['settings set note -brb', "There's no option -brb. If -brb is text, put -- before it."],
    ['open --json', 'hallway open has no option --json.'],
    ['run --json --for 3', 'hallway run has no option --for.'],
    ['run --json=yes', "--json doesn't take a value."],
    ['open --name', '--name needs a value.'],
    ['open --profile=', '--profile needs a value.'],
    ['run --name --json', '--name needs a value. If the value is --json, write --name=--json.'],
    ['open --name A --name B', 'Give --name only once.'],
    ['open --name=\u200b', '--name needs at least one visible character.'],
    ['open --name Every​one', '--name "Everyone" is reserved. Choose another name.'],
    ['open --port 0', '--port needs a number from 1 to 65535, not "0".'],
    ['open --port 65536', '--port needs a number from 1 to 65535, not "65536".'],
    ['open --port 1e3', '--port needs a number from 1 to 65535, not "1e3".'],
    [
      'open --group 192.168.1.1',
      '--group needs an IPv4 multicast address, from 224.0.0.0 to 239.255.255.255, not "192.168.1.1".',
    ],
    ['open --group 240.0.0.1', '--group needs an IPv4 multicast address, from 224.0.0.0 to 239.255.255.255, not "240.0.0.1".'],
    ['open --group ff02::1', '--group needs an IPv4 multicast address, from 224.0.0.0 to 239.255.255.255, not "ff02::1".'],
    ['peers --for 0', '--for needs a number of seconds, more than 0 and up to 3600, not "0".'],
    ['peers --for 3601', '--for needs a number of seconds, more than 0 and up to 3600, not "3601".'],
    ['peers --for soon', '--for needs a number of seconds, more than 0 and up to 3600, not "soon".'],
    ['chat Ana', 'hallway chat doesn\'t take "Ana".'],
    ['chat --for 3', 'hallway chat has no option --for.'],
    ['send', 'Send what to whom? For example: hallway send Ana "See you at two"'],
    ['send Ana', 'Send what to whom? For example: hallway send Ana "See you at two"'],
    ['send Ana see you', 'hallway send takes one TEXT. Put it in quotes, and a name with spaces too.'],
    ['send Ana hello --for 0', '--for needs a number of seconds, more than 0 and up to 3600, not "0".'],
    ['send Ana hello --json', 'hallway send has no option --json.'],
    [
      'run --json --room lunch/2',
      '"lunch/2" can\'t be the name of a room. Use up to 32 letters, digits, dots, hyphens and underscores, in one alphabet.',
    ],
    ['say lunch', 'Say what in which room? For example: hallway say everyone "Lunch is here"'],
    ['say lunch it is here', 'hallway say takes one TEXT. Put it in quotes, and a name with spaces too.'],
    ['open --team-key-file a --team-key-file b', 'Give --team-key-file only once.'],
    ['doctor --for never', '--for needs a number of seconds, more than 0 and up to 3600, not "never".'],
    ['open --team-key secret', "There's no option --team-key."],
  ])('hallway %s', (text, message) => {
    expect(parse(text)).toEqual({ ok: false, message });
  });

  it('[TEAM-2] takes the team key from a file or from the environment, and from one of them only', () => {
    expect(parse('run --json', { HALLWAY_TEAM_KEY: 'a secret' })).toEqual({
      ok: true,
      command: { command: 'run', node: { teamKey: { text: 'a secret' } } },
    });
    expect(parse('open --team-key-file key', { HALLWAY_TEAM_KEY: 'a secret' })).toEqual({
      ok: false,
      message: 'You gave --team-key-file and also set HALLWAY_TEAM_KEY: use only one of them.',
    });
    expect(parse('run --json --team-key-file key', { HALLWAY_TEAM_KEY: '' })).toMatchObject({
      command: { node: { teamKey: { file: 'key' } } },
    });
    expect(parse('open', { HALLWAY_TEAM_KEY: '' })).toMatchObject({ command: { node: {} } });
    expect(parse('--version', { HALLWAY_TEAM_KEY: 'a secret' })).toMatchObject({ ok: true });
  });
});
