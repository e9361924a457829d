/**
 * Messages that the IPC link lets in. An emitter and a window with a main frame stand for Electron.
 */
import { EventEmitter } from 'node:events';
import type { IpcMain, WebContents } from 'electron';
import { beforeEach, describe, expect, it } from 'vitest';
import { ipcChannels } from '../../../shared/rpc/ipc-channels.ts';
import { createIpcLink, maxMessageLength, type IpcLink } from './ipc-link.ts';

const origin = 'app://hallway';

interface IpcLinkFixture {
  readonly ipcMain: EventEmitter;
  readonly contents: EventEmitter & { readonly mainFrame: { origin: string }; destroyed: boolean; readonly sent: unknown[][] };
  readonly link: IpcLink;
  readonly heard: unknown[];
  readonly states: string[];
  readonly log: unknown[];
  say(message: string, from?: Partial<{ sender: unknown; senderFrame: unknown; documentId: unknown }>): void;
}

let fixture: IpcLinkFixture;

beforeEach(() => {
  const ipcMain = new EventEmitter();
  const sent: unknown[][] = [];
  const contents = Object.assign(new EventEmitter(), {
    mainFrame: { origin },
    destroyed: false,
    sent,
    isDestroyed: () => contents.destroyed,
    send: (...values: unknown[]) => void sent.push(values),
  });
  const log: unknown[] = [];
  const link = createIpcLink(
    {
      ipcMain: ipcMain as unknown as IpcMain,
      webContents: contents as unknown as WebContents,
      log: { write: (_level, _message, fields) => void log.push(fields?.['reason']) },
    },
    { origin },
  );
  const heard: unknown[] = [];
  const states: string[] = [];
  link.onMessage((message) => heard.push(message));
  link.onOpen(() => states.push('open'));
  link.onClose(() => states.push('closed'));
  fixture = {
    ipcMain,
    contents,
    link,
    heard,
    states,
    log,
    say(message, { sender = contents, senderFrame = contents.mainFrame, documentId = 'one' } = {}) {
      ipcMain.emit(ipcChannels.toCore, { sender, senderFrame }, documentId, message);
    },
  };
});

describe('the IPC link', () => {
  it('opens with the first message of a document and answers that document alone', () => {
    fixture.link.send('nobody is there yet');
    fixture.say('{"hello":1}');
    fixture.link.send({ answer: 1 });
    expect(fixture).toMatchObject({ heard: [{ hello: 1 }], states: ['open'] });
    expect(fixture.contents.sent).toEqual([[ipcChannels.toInterface, 'one', { answer: 1 }]]);
  });

  it('closes and opens again with the next document, and what comes late from the former is nobody’s', () => {
    fixture.say('1');
    fixture.say('2', { documentId: 'two' });
    fixture.say('3', { documentId: 'one' });
    expect(fixture).toMatchObject({ heard: [1, 2], states: ['open', 'closed', 'open'] });
    fixture.link.send('for the second');
    expect(fixture.contents.sent).toEqual([[ipcChannels.toInterface, 'two', 'for the second']]);
  });

  it('closes when the page crashes, and opens with the page that replaces it', () => {
    fixture.say('1');
    fixture.contents.emit('render-process-gone');
    fixture.link.send('lost');
    fixture.say('2', { documentId: 'two' });
    expect(fixture).toMatchObject({ heard: [1, 2], states: ['open', 'closed', 'open'] });
    expect(fixture.contents.sent).toEqual([]);
  });

  it.each([
    ['another window', { sender: {} }, 'foreign-window'],
    ['a frame inside the page', { senderFrame: { origin } }, 'foreign-frame'],
    ['a frame that has gone', { senderFrame: null }, 'foreign-frame'],
    ['a document without a name', { documentId: 7 }, 'malformed'],
  ])('refuses %s', (_who, from, reason) => {
    fixture.say('1', from);
    expect(fixture).toMatchObject({ heard: [], states: [], log: [reason] });
  });

  it('[LINK-5] refuses the main frame once it shows something else than our page', () => {
    for (const foreign of ['https://evil.example', 'null', 'app://other', 'file://']) {
      fixture.contents.mainFrame.origin = foreign;
      fixture.say('1');
    }
    expect(fixture).toMatchObject({ heard: [], log: Array.from({ length: 4 }, () => 'foreign-origin') });
  });

  it('refuses what is too large and what is not JSON, and goes on', () => {
    fixture.say('"' + 'x'.repeat(maxMessageLength) + '"');
    fixture.say('{');
    fixture.ipcMain.emit(ipcChannels.toCore, { sender: fixture.contents, senderFrame: fixture.contents.mainFrame }, 'one', {
      not: 'text',
    });
    fixture.say('1');
    expect(fixture).toMatchObject({ heard: [1], log: ['too-large', 'not-json', 'malformed'] });
  });

  it('does not let a page fill the log', () => {
    for (let count = 0; count < 1_000; count += 1) fixture.say('{');
    expect(fixture.log).toHaveLength(10);
  });

  it('lets go of everything when the window is destroyed', () => {
    fixture.say('1');
    fixture.contents.destroyed = true;
    fixture.contents.emit('destroyed');
    fixture.link.dispose();
    fixture.link.send('nobody is there any more');
    expect(fixture).toMatchObject({ states: ['open', 'closed'] });
    expect(fixture.contents.sent).toEqual([]);
    expect(fixture.ipcMain.listenerCount(ipcChannels.toCore)).toBe(0);
  });
});
