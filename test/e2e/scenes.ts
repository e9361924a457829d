/**
 * The scenes in which the page is examined for everyone: each opens the built page over made-up
 * people, in one state.
 */
import type { Browser, Page } from '@playwright/test';
import { conversationOf } from '../../src/shared/lib/ids.ts';
import { fakePeerId, type FakeHallway } from '../fakes/fake-hallway.ts';
import { conversationPeers, createPopulatedConversations } from '../fixtures/populated-conversations.ts';
import { createEmptyHallway, createTrouble, createTroubledHallway } from '../fixtures/populated-hallway.ts';
import { startRendererHost } from '../fixtures/renderer-host.ts';

export interface Scene {
  /** Instead of the one with conversations. */
  readonly hallway?: (nowMs: number) => FakeHallway;
  readonly isNarrow?: boolean;
  /** The time that the page gets before it is shown. */
  readonly waitMs?: number;
  readonly show?: (page: Page) => Promise<unknown>;
}

const wide = { width: 1080, height: 760 };
const narrow = { width: 360, height: 700 };

const { everything, silent, newKey, departed, earlier, hostile, blocked } = conversationPeers;

export const scenes = {
  list: {},
  'list-narrow': { isNarrow: true },
  'list-search': { show: (page) => page.getByRole('searchbox').fill('an') },
  'list-nothing': { show: (page) => page.getByRole('searchbox').fill('zzz') },
  'list-put-away': {
    show: async (page) => {
      await page.getByRole('button', { name: 'Archived (1)' }).click();
      await page.getByRole('button', { name: 'Blocked (1)' }).click();
    },
  },
  'list-menu': { show: (page) => row(page, fakePeerId(6)).click({ button: 'right' }) },
  conversation: { show: (page) => choose(page, everything) },
  'conversation-narrow': { isNarrow: true, show: (page) => choose(page, everything) },
  'conversation-empty': { show: (page) => choose(page, silent) },
  'conversation-departed': { show: (page) => choose(page, departed) },
  'conversation-earlier': {
    show: async (page) => {
      await page.getByRole('button', { name: 'Archived (1)' }).click();
      await choose(page, earlier);
    },
  },
  'conversation-hostile': { show: (page) => choose(page, hostile) },
  'conversation-blocked': {
    show: async (page) => {
      await page.getByRole('button', { name: 'Blocked (1)' }).click();
      await page.getByRole('searchbox').fill('unwelcome');
      await choose(page, blocked);
    },
  },
  'new-key': { show: (page) => choose(page, newKey) },
  compare: {
    show: async (page) => {
      await choose(page, newKey);
      await page.getByRole('button', { name: 'Compare safety numbers' }).click();
    },
  },
  'find-results': { show: (page) => find(page, 'the') },
  'find-nothing': { show: (page) => find(page, 'zebra') },
  details: { show: (page) => showDetails(page) },
  block: {
    show: async (page) => {
      await showDetails(page);
      await page.getByRole('button', { name: 'Block', exact: true }).click();
    },
  },
  room: {
    show: async (page) => {
      await page.locator('#room-everyone').click();
      await page.locator('[data-is-there=true]').waitFor();
    },
  },
  'room-details': {
    show: async (page) => {
      await page.locator('#room-everyone').click();
      await page.getByRole('button', { name: 'Members and settings' }).click();
    },
  },
  'join-room': { show: (page) => page.getByRole('button', { name: 'Join a room' }).click() },
  'private-new': {
    show: async (page) => {
      await page.getByRole('button', { name: 'Join a room' }).click();
      await page.getByRole('button', { name: /^New private room/u }).click();
    },
  },
  'private-room': { show: (page) => showPrivateRoom(page) },
  'private-details': {
    show: async (page) => {
      await showPrivateRoom(page);
      await page.getByRole('button', { name: 'Members and settings' }).click();
    },
  },
  palette: { show: (page) => page.keyboard.press('Control+k') },
  'palette-found': { show: (page) => searchPalette(page, 'an') },
  'palette-nothing': { show: (page) => searchPalette(page, 'zzzz') },
  'palette-narrow': { isNarrow: true, show: (page) => searchPalette(page, 'set') },
  profile: { show: (page) => page.getByRole('button', { name: 'Your profile' }).click() },
  network: { show: (page) => page.keyboard.press('Control+i') },
  'network-trouble': { hallway: createTroubledHallway, show: (page) => page.keyboard.press('Control+i') },
  settings: { show: (page) => page.getByRole('button', { name: 'Settings' }).click() },
  'settings-narrow': { isNarrow: true, show: (page) => page.keyboard.press('Control+,') },
  'settings-notifications': { show: (page) => showSettings(page, 'Notifications') },
  'settings-appearance': { show: (page) => showSettings(page, 'Appearance') },
  'settings-privacy': { show: (page) => showSettings(page, 'Privacy & messages') },
  'settings-network': { show: (page) => showSettings(page, 'Network') },
  'settings-startup': { show: (page) => showSettings(page, 'Startup and tray') },
  'settings-shortcuts': { show: (page) => showSettings(page, 'Shortcuts') },
  'settings-advanced': { show: (page) => showSettings(page, 'Advanced') },
  'settings-about': { show: (page) => showSettings(page, 'About') },
  'settings-search': {
    show: async (page) => {
      await page.keyboard.press('Control+,');
      await page.getByRole('textbox', { name: 'Search settings' }).fill('sound');
    },
  },
  'delete-all': {
    show: async (page) => {
      await showSettings(page, 'Privacy & messages');
      await page.getByRole('button', { name: 'Delete all', exact: true }).click();
    },
  },
  looking: { hallway: () => createEmptyHallway() },
  alone: { hallway: () => createEmptyHallway(), waitMs: 20_500 },
  'alone-narrow': { hallway: () => createEmptyHallway(), isNarrow: true, waitMs: 20_500 },
  offline: {
    hallway(nowMs) {
      const { hallway } = populate(nowMs);
      hallway.setHealth(createTrouble(nowMs - 41_000));
      return hallway;
    },
    show: (page) => choose(page, everything),
  },
} as const satisfies Record<string, Scene>;

export type SceneName = keyof typeof scenes;

type Look = NonNullable<Parameters<Browser['newPage']>[0]>;

/** Opens a scene in a page of its own, with its time under control, and closes it after `use`. */
export async function withScene(
  browser: Browser,
  name: SceneName,
  look: Pick<Look, 'colorScheme' | 'forcedColors' | 'reducedMotion' | 'contrast'> & { readonly textSize?: string },
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const scene: Scene = scenes[name];
  // At noon, so that three hours ago is today.
  const nowMs = new Date().setHours(12, 0, 0, 0);
  const { textSize, ...colours } = look;
  const host = await startRendererHost(scene.hallway?.(nowMs) ?? populate(nowMs).hallway);
  const context = await browser.newContext({ viewport: scene.isNarrow ? narrow : wide, reducedMotion: 'reduce', ...colours });
  const page = await context.newPage();
  try {
    if (scene.waitMs === undefined) await page.clock.setFixedTime(nowMs);
    else await page.clock.install({ time: nowMs });
    await page.goto(host.issueAddress());
    await page.getByRole('button', { name: /^Your profile/ }).waitFor();
    if (textSize !== undefined) await page.evaluate((size) => (document.documentElement.style.fontSize = size), textSize);
    await page
      .getByText(scene.hallway === undefined ? 'Unread' : /\S/, { exact: false })
      .first()
      .waitFor();
    if (scene.waitMs !== undefined) await page.clock.runFor(scene.waitMs);
    await scene.show?.(page);
    await use(page);
  } finally {
    await context.close();
    await host.close();
  }
}

function populate(nowMs: number): ReturnType<typeof createPopulatedConversations> {
  const populated = createPopulatedConversations(nowMs);
  const { hallway, conversations } = populated;
  // The area reads the marks once, so this one comes first.
  conversations.store.putConversationMark({
    conversation: conversationOf(earlier),
    pin: null,
    archivedThrough: 1_000_000,
    mutedUntilMs: null,
    muteSeenMs: null,
  });
  conversations.marks.pin(conversationOf(fakePeerId(6)), 0);
  hallway.inRooms.setTime(nowMs);
  hallway.inRooms.enter('lunch', fakePeerId(3));
  hallway.inRooms.hear('everyone', fakePeerId(4), 'Cake in the kitchen, while it lasts');
  return populated;
}

function row(page: Page, peerId: string): ReturnType<Page['locator']> {
  return page.locator(`#contact-${peerId}`);
}

/** The list renders its visible rows only, and a search makes it short. */
async function choose(page: Page, peerId: string): Promise<void> {
  for (let turn = 0; turn < 20 && !(await row(page, peerId).isVisible()); turn += 1) {
    await page.getByRole('listbox').first().hover();
    await page.mouse.wheel(0, 300);
    await page.waitForTimeout(50);
  }
  await row(page, peerId).click();
  await page.getByRole('region', { name: /^Conversation with/ }).waitFor();
  await page.locator('[data-is-there=true]').or(page.getByText('Say hi to')).first().waitFor();
}

async function showSettings(page: Page, section: string): Promise<void> {
  await page.keyboard.press('Control+,');
  await page
    .getByRole('navigation', { name: 'Sections of the settings' })
    .getByRole('button', { name: section, exact: true })
    .click();
}

async function showPrivateRoom(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Join a room' }).click();
  await page.getByRole('button', { name: /^New private room/u }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Surprise party');
  await page.getByRole('checkbox').first().check();
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('region', { name: /Surprise party/u }).waitFor();
}

async function searchPalette(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find people, rooms, settings and actions' }).fill(text);
}

async function find(page: Page, text: string): Promise<void> {
  await choose(page, everything);
  await page.keyboard.press('Control+f');
  await page.getByRole('searchbox', { name: 'Search messages' }).fill(text);
  await page.getByText(/^\d+ messages?$|^No messages contain/).waitFor();
}

async function showDetails(page: Page): Promise<void> {
  await choose(page, everything);
  await page.getByRole('button', { name: 'Details' }).click();
}
