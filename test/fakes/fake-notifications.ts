/** Notifications that a test emits itself. It keeps of the real ones that pages report and dismiss. */
import { createEmitter, type Emitter } from '../../src/shared/lib/emitter.ts';
import type { HallwayEvent } from '../../src/main/core/hallway.ts';
import type { NotificationsArea, NotificationsEvent, TestResult } from '../../src/main/core/notifications/notifications.ts';
import type { AutoAwayArea } from '../../src/main/core/away/auto-away.ts';
import type { Attention } from '../../src/main/core/notifications/policy.ts';

export interface FakeNotifications {
  readonly area: NotificationsArea;
  emit(event: NotificationsEvent): void;
  /** What each page reported last. */
  attention(): readonly Attention[];
  /** The conversations whose banners were opened or put away. */
  readonly dismissed: readonly string[];
  /** What a test of notifications answers from now on. */
  answerTest(result: TestResult): void;
}

/** @param all gets the events too */
export function createFakeNotifications(all: Emitter<HallwayEvent>): FakeNotifications {
  const events = createEmitter<NotificationsEvent>();
  events.subscribe((event) => all.emit(event));
  const pages = new Map<object, Attention>();
  const dismissed: string[] = [];
  let testResult: TestResult = { ok: true, shownBy: 'page' };
  return {
    area: {
      list: () => [],
      badge: () => 0,
      setAttention(page, attention) {
        if (attention === undefined) pages.delete(page);
        else pages.set(page, attention);
      },
      isPresenter: () => true,
      dismiss: (conversation) => void dismissed.push(conversation),
      replyFailed: () => undefined,
      test: () => Promise.resolve(testResult),
      present: () => () => undefined,
      subscribe: (listener) => events.subscribe(listener),
    },
    emit: (event) => events.emit(event),
    attention: () => [...pages.values()],
    dismissed,
    answerTest: (result) => void (testResult = result),
  };
}

/** A user who is always there. */
export const fakeAway: AutoAwayArea = {
  follow: () => () => undefined,
  active: () => undefined,
  sinceActiveMs: () => undefined,
  idleTime: () => 'works',
};
