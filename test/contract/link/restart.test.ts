/**
 * Pages over a restart of the browser host: the page's end of the link and of its drafts, and the
 * host's end with its files, over real WebSockets on loopback. The core is a fake one that lives on.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createNonce, createSigner } from '../../../src/renderer/app/connection/link-crypto.ts';
import { createLinkKeys } from '../../../src/renderer/app/connection/link-keys.ts';
import { createWebSocketLink, type WebSocketLink } from '../../../src/renderer/app/connection/websocket-link.ts';
import { createDrafts } from '../../../src/renderer/state/drafts/drafts.ts';
import { conversationOf } from '../../../src/shared/lib/ids.ts';
import { createRpcClient } from '../../../src/shared/rpc/rpc.ts';
import { squat } from '../../attackers/squat-link.ts';
import { fakePeerId } from '../../fakes/fake-hallway.ts';
import { createBrowserHostFixture, type BrowserHostFixture } from '../../fixtures/browser-host.ts';

const withAna = conversationOf(fakePeerId(1));

let at: BrowserHostFixture;
const links: WebSocketLink[] = [];

beforeEach(async () => {
  at = await createBrowserHostFixture({ hasMessages: true });
});

afterEach(async () => {
  for (const link of links.splice(0)) link.close();
  await at.end();
});

/** Timers of the page are short here: what it waits for is real. */
function setTimer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs / 20);
  return () => clearTimeout(timer);
}

function openPage() {
  const origin = `http://127.0.0.1:${at.port}`;
  const code = new URLSearchParams(new URL(at.host.issueAddress()).hash.slice(1)).get('code');
  const link = createWebSocketLink({
    connect(address) {
      const socket = new WebSocket(address, { origin });
      // `close` follows.
      socket.on('error', () => undefined);
      return socket as never;
    },
    setTimer,
    fraction: () => 0.5,
    keys: createLinkKeys(code, { createSigner }),
    createNonce,
  });
  links.push(link);
  const emitted: string[] = [];
  link.onOpen(() => emitted.push('open'));
  link.onClose(() => emitted.push('closed'));
  link.onTrouble((trouble) => emitted.push(trouble));
  const client = createRpcClient(link, { setTimer });
  link.onOpen(() => void client.call('snapshot', {}));
  const drafts = createDrafts({ link, client, setTimer });
  drafts.open(withAna);
  async function until(last: string): Promise<void> {
    await expect.poll(() => emitted.at(-1), { timeout: 10_000 }).toBe(last);
  }
  return { drafts, emitted, until };
}

describe('a page whose host is started again', () => {
  test('[LINK-34, DRAFT-6] opens again, and saves what was typed meanwhile', async () => {
    const { drafts, emitted, until } = openPage();
    await until('open');
    const linkPort = at.linkPort;
    await at.stop();
    await until('closed');
    drafts.set(withAna, 'typed meanwhile');
    await at.start();
    await until('open');
    await expect.poll(() => at.hallway.drafts?.get(withAna).text).toBe('typed meanwhile');
    expect({ emitted, samePort: at.linkPort === linkPort }).toEqual({ emitted: ['open', 'closed', 'open'], samePort: true });
  });

  test('[LINK-7, LINK-34] says nothing but hello to another program, and opens again after it', async () => {
    const { drafts, until } = openPage();
    await until('open');
    await at.stop();
    const squatter = await squat(at.linkPort);
    drafts.set(withAna, 'for nobody else');
    await until('wrong-host');
    await expect.poll(() => squatter.messages.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(4);
    await squatter.close();
    await at.start();
    await until('open');
    await expect.poll(() => at.hallway.drafts?.get(withAna).text).toBe('for nobody else');
    expect(squatter.messages.filter((heard) => Object.keys(heard as object).join() !== 'type,key,nonce')).toEqual([]);
    expect(squatter.heard()).not.toContain('nobody');
  });

  test('[LINK-32] is not deceived by a program that passes everything on to the host on its new port', async () => {
    const { emitted, until } = openPage();
    await until('open');
    const oldPort = at.linkPort;
    await at.stop();
    const relay = await squat(oldPort);
    await at.start();
    relay.passOnTo(at.linkPort);
    await until('wrong-host');
    const subscribers = at.subscribers();
    await relay.close();
    expect({ isOpen: emitted.slice(1).includes('open'), isNew: at.linkPort !== oldPort, subscribers }).toEqual({
      isOpen: false,
      isNew: true,
      subscribers: 0,
    });
  });
});

test('[DRAFT-3, DRAFT-5] two pages show one draft, which is saved at most once in its time', async () => {
  const [first, second] = [openPage(), openPage()];
  for (const { until } of [first, second]) await until('open');
  for (const text of ['h', 'ha', 'hal', 'half']) first.drafts.set(withAna, text);
  await expect.poll(() => second.drafts.of(withAna)).toBe('half');
  expect(at.hallway.drafts?.get(withAna).version).toBe(1);
});
