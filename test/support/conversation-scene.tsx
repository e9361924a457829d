/**
 * The whole page with the conversation of Ana open in it, over made-up conversations: for tests of what is said and done there. It also
 * runs the browser's own timers and frames, which the list waits for before it shows itself and the search before it asks.
 */
import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';
import { App } from '../../src/renderer/app/app.tsx';
import { createFakeConversations } from './fake-conversations.ts';
import type { FakeConversations } from './fake-conversations.ts';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf } from './fake-hallway.ts';
import type { FakeHallway } from './fake-hallway.ts';
import { renderHallway } from './render-hallway.tsx';
import type { Rendered } from './render-hallway.tsx';

export const nowMs = new Date(2026, 0, 2, 12).getTime();
/** From a change in the core to the page: a delta and a frame. */
export const soonMs = 100;
/** In which the browser's timers and frames have all run. */
const settledMs = 500;
export const ana = fakePeerId(1);
export const bo = fakePeerId(2);

export interface ConversationScene {
  readonly hallway: FakeHallway;
  readonly talk: FakeConversations;
  /** The page, with nobody chosen. */
  start(): Promise<Rendered>;
  open(peerId?: string): Promise<Rendered>;
  choose(peerId: string, rendered: Pick<Rendered, 'advance'>): Promise<void>;
  setFocus(hasFocus: boolean): void;
}

/** For the top of a test file: everything is made anew before each test. */
export function useConversationScene(): ConversationScene {
  let hallway: FakeHallway;
  let talk: FakeConversations;
  let hasFocus: boolean;

  beforeEach(() => {
    localStorage.clear();
    hasFocus = true;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'requestAnimationFrame', 'cancelAnimationFrame'] });
    vi.spyOn(document, 'hasFocus').mockImplementation(() => hasFocus);
    talk = createFakeConversations({ nowMs });
    hallway = createFakeHallway(fakeSelf(), talk);
    ['Ana', 'Bo'].forEach((name, index) => {
      hallway.putPeer(fakePeer(index + 1, { name, lastSeenMs: nowMs }));
      talk.meet({ peerId: fakePeerId(index + 1), name });
    });
  });

  afterEach(() => {
    cleanup();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  async function start(): Promise<Rendered> {
    const rendered = await renderHallway(hallway, <App />, { nowMs });
    async function advance(durationMs: number): Promise<void> {
      await rendered.advance(durationMs);
      await act(() => vi.advanceTimersByTimeAsync(settledMs));
      // What the page asked for meanwhile.
      await rendered.advance(0);
    }
    await advance(soonMs);
    return { ...rendered, advance };
  }

  async function choose(peerId: string, { advance }: Pick<Rendered, 'advance'>): Promise<void> {
    fireEvent.click(row(peerId));
    await advance(soonMs);
  }

  return {
    get hallway() {
      return hallway;
    },
    get talk() {
      return talk;
    },
    start,
    async open(peerId = ana) {
      const rendered = await start();
      await choose(peerId, rendered);
      return rendered;
    },
    choose,
    setFocus(focus) {
      hasFocus = focus;
      act(() => void window.dispatchEvent(new Event(focus ? 'focus' : 'blur')));
    },
  };
}

export function row(peerId: string): HTMLElement {
  const element = document.getElementById(`person-${peerId}`);
  if (element === null) throw new Error(`no row for ${peerId}`);
  return element;
}

export function field(): HTMLTextAreaElement {
  return screen.getByRole<HTMLTextAreaElement>('textbox', { name: /^Message to/ });
}

export function type(text: string): void {
  fireEvent.change(field(), { target: { value: text } });
}

/** What the messages say that are shown. */
export function shownTexts(): (string | null)[] {
  return [...screen.getByRole('log').querySelectorAll('p[dir=auto]')].map(({ textContent }) => textContent);
}
