/** Starts the page: link, client, store, and the one React root. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createRpcClient } from '../shared/rpc/rpc.ts';
import { followTimeZone } from '../shared/text/local-format.ts';
import { App } from './app/app.tsx';
import { followAppearance } from './app/appearance.ts';
import { depthOf, followBrowserHistory } from './app/browser-history.ts';
import { chooseLink } from './app/connection/choose-link.ts';
import { followHost } from './app/follow-host.ts';
import { takeDeepLink } from './app/deep-link.ts';
import { createPageBanners } from './features/notifications/page-banners.ts';
import { reportAttention } from './features/notifications/report-attention.ts';
import { HallwayProvider } from './state/context.tsx';
import { createConversations } from './state/conversations.ts';
import { createDiagnosticsPoller } from './state/diagnostics-poller.ts';
import { createDrafts, forgetOldDrafts } from './state/drafts/drafts.ts';
import { createSignOfLife } from './state/sign-of-life.ts';
import { createSync } from './state/sync.ts';
import { rememberDetails } from './features/contacts/remember-details.ts';
import { createHallwayStore } from './state/store.ts';
import { createPreviews } from './state/pictures/previews.ts';
import { createTransfers } from './state/transfers.ts';
import { createTicker } from './state/ticker.ts';
import { findStorage } from './ui/find-storage.ts';
import { setFrame, setTimer } from './ui/timers.ts';
import './ui/tokens.css';
import './ui/base.css';

/** The page has long been drawn then. */
const storageDelayMs = 5_000;

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

const link = chooseLink(window);
const client = createRpcClient(link, {
  setTimer,
  onDropped: (reason) => reportError(new Error(`dropped from the core: ${reason}`)),
});
const store = createHallwayStore({ depth: depthOf(window.history) });
const ticker = createTicker({ wallMs: () => Date.now(), readTimeZone: followTimeZone, setTimer, document });
const diagnosticsPoller = createDiagnosticsPoller({ client, setTimer, document });
const conversations = createConversations({ link, client, store, setTimer });
const drafts = createDrafts({ link, client, setTimer });
const previews = createPreviews(client);
const transfers = createTransfers({ link, client, monotonicMs: () => performance.now() });
link.onTrouble((trouble) => store.apply({ type: 'link-troubled', trouble }));
const signOfLife = createSignOfLife({ window, setTimer });
createSync({ link, client, store, setFrame, setTimer });
const { test: testNotification } = createPageBanners({ client, conversations, window });
reportAttention({ link, client, store, signOfLife, monotonicMs: () => performance.now() });
followAppearance({ store, root: document.documentElement });
followBrowserHistory({ store, window });
rememberDetails(store, findStorage());
followHost({ client, store, conversations });
const linked = takeDeepLink(window);
if (linked !== undefined) store.navigate(linked);
// Without a place, the user corrected the address in a tab that had a wrong one.
window.addEventListener('hashchange', () => {
  const step = takeDeepLink(window);
  if (step === undefined) window.location.reload();
  else store.navigate(step);
});
window.addEventListener('pagehide', () => drafts.flush());
document.addEventListener('visibilitychange', () => drafts.flush());
document.addEventListener('focusout', () => drafts.flush());
// Without a link the draft is in this page alone: the browser asks before it goes.
window.addEventListener('beforeunload', (event) => {
  if (store.getState().core.connection !== 'open' && drafts.hasUnsaved()) event.preventDefault();
});
// Reading the storage holds the page until the browser has opened its file.
setTimer(() => forgetOldDrafts(findStorage()), storageDelayMs);

createRoot(root).render(
  <StrictMode>
    <HallwayProvider
      value={{
        store,
        client,
        ticker,
        diagnosticsPoller,
        conversations,
        drafts,
        transfers,
        previews,
        signOfLife,
        testNotification,
      }}
    >
      <App />
    </HallwayProvider>
  </StrictMode>,
);
