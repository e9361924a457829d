/** Renders a component over a real store, client and core-side service, joined in memory: only the network and the browser are not real. */
import { act, render } from '@testing-library/react';
import type { RenderResult } from '@testing-library/react';
import type { ReactNode } from 'react';
import { VirtuosoMockContext } from 'react-virtuoso';
import { serveUserInterface } from '../../src/main/hosts/ui-server/serve-ui.ts';
import { HallwayProvider } from '../../src/renderer/state/context.tsx';
import { createConversations } from '../../src/renderer/state/conversations.ts';
import { createDoctorWatch } from '../../src/renderer/state/diagnostics-poller.ts';
import { createDrafts } from '../../src/renderer/state/drafts.ts';
import { followCore } from '../../src/renderer/state/sync.ts';
import { createHallwayStore } from '../../src/renderer/state/store.ts';
import type { HallwayStore } from '../../src/renderer/state/store.ts';
import { createTicker } from '../../src/renderer/state/ticker.ts';
import { createRpcClient } from '../../src/shared/rpc/rpc.ts';
import { createFakeClock } from './fake-clock.ts';
import type { FakeHallway } from './fake-hallway.ts';
import { createMemoryLink } from './memory-link.ts';
import type { MemoryLink } from './memory-link.ts';

/** The list believes that it is this tall, because happy-dom does no layout. */
const mockViewport = { viewportHeight: 560, itemHeight: 56 };
/** One frame of a 60 Hz display. */
const frameMs = 16;

export interface Rendered extends RenderResult {
  readonly store: HallwayStore;
  readonly link: MemoryLink;
  /** Lets virtual time pass, with everything drawn that follows from it. */
  advance(durationMs: number): Promise<void>;
}

export async function renderHallway(
  hallway: FakeHallway,
  children: ReactNode,
  { nowMs }: { readonly nowMs: number },
): Promise<Rendered> {
  const clock = createFakeClock({ wallMs: nowMs });
  const link = createMemoryLink();
  serveUserInterface(hallway, link.right, { clock });
  const client = createRpcClient(link.left, { setTimer: clock.setTimer });
  const store = createHallwayStore();
  const ticker = createTicker({ wallMs: clock.wallMs, setTimer: clock.setTimer, document });
  const doctor = createDoctorWatch({ client, setTimer: clock.setTimer, document });
  const conversations = createConversations({ link: link.left, client, store, setTimer: clock.setTimer });
  const drafts = createDrafts({ storage: localStorage, setTimer: clock.setTimer });
  followCore({
    link: link.left,
    client,
    store,
    setFrame: (callback) => clock.setTimer(callback, frameMs),
    setTimer: clock.setTimer,
  });
  const rendered = render(
    <VirtuosoMockContext value={mockViewport}>
      <HallwayProvider value={{ store, client, ticker, doctor, conversations, drafts }}>{children}</HallwayProvider>
    </VirtuosoMockContext>,
  );
  async function advance(durationMs: number): Promise<void> {
    await act(() => clock.advance(durationMs));
  }
  await advance(0);
  return { ...rendered, store, link, advance };
}
