/**
 * A process in a namespace as a node of its world: commands by the automation interface, and
 * actions of the system on it.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { peerSchema } from '../../src/shared/contract/presence.ts';
import { automationMessageSchema, type AutomationMessage } from '../scenarios/node-record.ts';
import { createFileCommands, type HostFiles } from '../scenarios/file-commands.ts';
import { createRoomCommands } from '../scenarios/room-commands.ts';
import type { NodeState, WorldNode } from '../scenarios/world.ts';
import type { AutomationNode } from './automation-node.ts';
import type { NetnsHost } from './netns-host.ts';

export interface NetnsNode extends WorldNode {
  readonly processId: number;
  /**
   * Any command of the automation interface.
   *
   * @throws when it is refused, or not answered in time
   */
  command: AutomationNode['command'];
  /** The last output, for failure messages. */
  describe(): string;
}

/** Messages per answer, at most. */
const historyPageSize = 1_000;

const peersReply = z.looseObject({ peers: z.array(peerSchema.strict()) });
const sendReply = z.looseObject({ messageId: z.string() });
const historyReply = z.looseObject({ messages: z.array(automationMessageSchema) });
const diagnosticsReply = z.looseObject({ diagnostics: z.record(z.string(), z.unknown()) });

/** @param folder for files that scenarios offer and fetch */
export function createNetnsNode(host: NetnsHost, automation: AutomationNode, folder: string): NetnsNode {
  let paused = false;
  let left = false;
  let killed = false;
  return {
    host,
    processId: automation.processId,
    command: (body) => automation.command(body),
    name: automation.name,
    get state(): NodeState {
      if (automation.exit) return left ? 'left' : killed ? 'dead' : 'crashed';
      return paused ? 'paused' : 'running';
    },
    record: automation.record,
    get peerId() {
      const ready = automation.record.ready;
      if (!ready) throw new Error(`${automation.name} is not ready\n${automation.describe()}`);
      return ready.event.peerId;
    },
    askPeers: async () => peersReply.parse(await automation.command({ cmd: 'peers' })).peers,
    diagnostics: async () => diagnosticsReply.parse(await automation.command({ cmd: 'diagnostics' })).diagnostics,
    ...createRoomCommands(automation.command),
    ...createFileCommands(automation.command, hostFiles(folder)),
    send: async (to, text) => sendReply.parse(await automation.command({ cmd: 'send', to, text })).messageId,
    async history(peerId, limit) {
      const all: AutomationMessage[] = [];
      for (;;) {
        const before = all[0] ? { before: all[0].messageId } : {};
        const pageSize = Math.min(limit - all.length, historyPageSize);
        const reply = await automation.command({ cmd: 'history', with: peerId, limit: pageSize, ...before });
        const { messages } = historyReply.parse(reply);
        all.unshift(...messages);
        if (messages.length < pageSize || all.length >= limit) return all;
      }
    },
    changeProfile: async (change) => void (await automation.command({ cmd: 'profile', ...change })),
    connect: async (address) => void (await automation.command({ cmd: 'connect', address })),
    async stop() {
      left = true;
      await automation.stop();
    },
    async kill() {
      killed = true;
      automation.signal('SIGKILL');
      await automation.exited;
    },
    pause() {
      automation.signal('SIGSTOP');
      paused = true;
    },
    resume() {
      automation.signal('SIGCONT');
      paused = false;
    },
    cost: () => automation.cost(),
    describe: () => automation.describe(),
  };
}

function hostFiles(folder: string): HostFiles {
  return {
    directory: join(folder, 'arrived'),
    async put(name, bytes) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, name), bytes);
      return join(folder, name);
    },
    take: (path) => readFile(path),
  };
}
