/**
 * The built `hallway chat` on a real terminal: job control of the shell, a window that is closed or
 * resized, and pasted text. What the chat shows and sends is in command.test.ts.
 */
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AutomationNode } from './automation-node.ts';
import { createCommandHosts, waitMs, type CommandHosts } from './command-hosts.ts';
import { builtCommand } from './netns-world.ts';
import { mustSkipNetns, runTool } from './tools.ts';

let hosts: CommandHosts;

function textsAt(node: AutomationNode): readonly string[] {
  return node.record.events.flatMap(({ event }) => (event.event === 'message' ? [event.message.text] : []));
}

async function leftReasonAt(node: AutomationNode): Promise<unknown> {
  await expect.poll(() => node.record.peers.size, { timeout: waitMs }).toBe(0);
  return node.record.events.findLast(({ event }) => event.event === 'peer-left')?.event;
}

describe.skipIf(mustSkipNetns())('hallway chat on a terminal', () => {
  beforeAll(async () => {
    if (!existsSync(builtCommand)) throw new Error(`${builtCommand} is not built yet: npm run build`);
    hosts = await createCommandHosts();
  });
  afterAll(() => hosts.close());
  afterEach(() => hosts.clear());

  test('[CHAT-4] goes on after Ctrl+Z and fg', async () => {
    const bo = await hosts.start('bo-jobs');
    const chat = hosts.converseWithShell(
      'ana-jobs',
      ['chat', '--name', 'ana-jobs'],
      (command) => `set -m; ${command}; echo stopped; fg`,
    );
    await expect.poll(chat.shown, { timeout: waitMs }).toContain('* Here: bo-jobs');
    chat.type('/pm bo-jobs one\r');
    await expect.poll(() => textsAt(bo), { timeout: waitMs }).toEqual(['one']);
    chat.type('\u001a');
    await expect.poll(chat.shown, { timeout: waitMs }).toContain('stopped');
    // The shell has the keyboard for a moment; the prompt is back when the chat has it again.
    await expect.poll(() => chat.shown().split('stopped')[1], { timeout: waitMs }).toMatch(/bo-jobs> /);
    chat.type('two\r');
    await expect.poll(() => textsAt(bo), { timeout: waitMs }).toEqual(['one', 'two']);
    chat.type('\u0004');
    expect(await chat.ended).toBe(0);
    await bo.stop();
  });

  test('[CHAT-4] goes on after Ctrl+Z where no shell can stop it', async () => {
    const bo = await hosts.start('bo-alone');
    const chat = hosts.converse('ana-alone', ['chat', '--name', 'ana-alone'], 80);
    await expect.poll(chat.shown, { timeout: waitMs }).toContain('* Here: bo-alone');
    chat.type('\u001a');
    chat.type('/pm bo-alone hello\r');
    await expect.poll(() => textsAt(bo), { timeout: waitMs }).toEqual(['hello']);
    chat.type('\u0004');
    expect(await chat.ended).toBe(0);
    await bo.stop();
  });

  test.each([
    ['the chat is told (SIGHUP)', 'ana-told', 'kill -HUP $pid'],
    ['only the keyboard ends', 'ana-ends', ':'],
  ])('[CHAT-5] closing the terminal says goodbye at once and leaves nothing behind, when %s', async (_, name, onHangup) => {
    const bo = await hosts.start(`bo-${name}`);
    const status = `${hosts.profileOf(name)}.status`;
    // The signal ends the first wait of the shell, and the second one has the status of the chat.
    const chat = hosts.converseWithShell(
      name,
      ['chat', '--name', name],
      (command) =>
        `exec 3<&0; ${command} <&3 & pid=$!; trap "${onHangup}" HUP; wait $pid; [ $? = 129 ] && wait $pid; echo $? > '${status}'`,
    );
    await expect.poll(chat.shown, { timeout: waitMs }).toContain(`* Here: bo-${name}`);
    chat.type(`/pm bo-${name} hello\r`);
    await expect.poll(() => textsAt(bo), { timeout: waitMs }).toEqual(['hello']);
    chat.type('half typed');
    await expect.poll(chat.shown, { timeout: waitMs }).toMatch(/half typed$/);
    chat.closeTerminal();
    expect(await leftReasonAt(bo)).toMatchObject({ reason: 'goodbye' });
    expect(textsAt(bo)).toEqual(['hello']);
    await expect.poll(() => existsSync(status) && readFile(status, 'utf8'), { timeout: waitMs }).toBe('0\n');
    expect((await readdir(hosts.profileOf(name))).filter((file) => /\.sock|-wal/.test(file))).toEqual([]);
    await bo.stop();
  });

  test('[CHAT-6] a paste of several lines is one message, shown before Enter sends it, and no command', async () => {
    const bo = await hosts.start('bo-paste');
    const chat = hosts.converse('ana-paste', ['chat', '--name', 'ana-paste'], 80);
    const shown = (): string => stripVTControlCharacters(chat.shown());
    await expect.poll(shown, { timeout: waitMs }).toContain('* Here: bo-paste');
    expect(chat.shown()).toContain('\u001b[?2004h');
    chat.type('/pm bo-paste\r');
    await expect.poll(shown, { timeout: waitMs }).toContain("You're talking to bo-paste");
    chat.type('\u001b[200~/nick Mallory\r/quit two\rthree\r\u001b[201~');
    await expect.poll(shown, { timeout: waitMs }).toContain('* You pasted 3 lines.');
    await expect.poll(shown, { timeout: waitMs }).toContain('bo-paste> //nick Mallory␤/quit two␤three');
    expect(textsAt(bo)).toEqual([]);
    chat.type('\r');
    await expect.poll(() => textsAt(bo), { timeout: waitMs }).toEqual(['/nick Mallory\n/quit two\nthree']);
    chat.type('\u0004');
    expect(await chat.ended).toBe(0);
    expect(chat.shown()).toContain('\u001b[?2004l');
    expect(shown()).not.toContain('Mallory now');
    await bo.stop();
  });

  test('[CHAT-1] works in 12 columns, and a resize draws the prompt where it was', async () => {
    const bo = await hosts.start('bo');
    const path = `${hosts.profileOf('ana-narrow')}.tty`;
    const chat = hosts.converseWithShell(
      'ana-narrow',
      ['chat', '--name', 'ana-narrow'],
      (command) => `tty > '${path}'; exec ${command}`,
    );
    await expect.poll(chat.shown, { timeout: waitMs }).toContain('* Here: bo');
    chat.type('/pm bo\r');
    await expect.poll(chat.shown, { timeout: waitMs }).toContain('/leave closes this');
    chat.type('abcdefghijklmnopqrstuvwxyz');
    await expect.poll(chat.shown, { timeout: waitMs }).toMatch(/xyz$/);
    const before = chat.shown().length;
    await runTool('stty', ['-F', (await readFile(path, 'utf8')).trim(), 'cols', '12']);
    // "bo> " and the alphabet are 30 columns: in rows of 12 the cursor is two rows further down.
    await expect.poll(() => chat.shown().slice(before), { timeout: waitMs }).toContain('\u001b[2A\u001b[1G\u001b[0Jbo> abc');
    const narrow = chat.shown().length;
    await bo.command({ cmd: 'send', to: 'ana-narrow', text: 'a story that is much longer than a row' });
    await expect.poll(() => chat.shown().slice(narrow), { timeout: waitMs }).toContain('\r\n      row\r\n');
    // The bell rings before it.
    const rows = stripVTControlCharacters(chat.shown().slice(narrow)).replaceAll('\u0007', '').split(/\r?\n/).slice(0, -1);
    expect(rows).toEqual([
      expect.stringMatching(/^\d\d:\d\d bo: a$/),
      ...['story', 'that', 'is', 'much', 'longer', 'than a', 'row'].map((word) => `      ${word}`),
    ]);
    chat.type('\u0015\u0004');
    expect(await chat.ended).toBe(0);
    await bo.stop();
  });
});
