/** Starts the page: link, client, store, and the one React root. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createRpcClient } from '../shared/rpc/rpc.ts';
import { followTimeZone } from '../shared/text/local-format.ts';
import { App } from './app/app.tsx';
import { depthOf, followBrowserHistory } from './app/browser-history.ts';
import { chooseLink } from './app/connection/choose-link.ts';
import { HallwayProvider } from './state/context.tsx';
import { createConversations } from './state/conversations.ts';
import { createDiagnosticsPoller } from './state/diagnostics-poller.ts';
import { createDrafts } from './state/drafts.ts';
import { createSignOfLife } from './state/sign-of-life.ts';
import { createSync } from './state/sync.ts';
import { createHallwayStore } from './state/store.ts';
import { createTicker } from './state/ticker.ts';
import { findStorage } from './ui/find-storage.ts';
import { setFrame, setTimer } from './ui/timers.ts';
import './ui/tokens.css';
import './ui/base.css';

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
const drafts = createDrafts({
  storage: findStorage(),
  setTimer,
  watchStorage: (listener) => window.addEventListener('storage', ({ key }) => listener(key)),
});
link.onEnd((reason) => store.apply({ type: 'link-ended', reason }));
const signOfLife = createSignOfLife({ window, setTimer });
createSync({ link, client, store, setFrame, setTimer });
followBrowserHistory({ store, window });
// The user corrected the address in a tab that had a wrong one.
window.addEventListener('hashchange', () => window.location.reload());
window.addEventListener('pagehide', () => drafts.flush());

createRoot(root).render(
  <StrictMode>
    <HallwayProvider value={{ store, client, ticker, diagnosticsPoller, conversations, drafts, signOfLife }}>
      <App />
    </HallwayProvider>
  </StrictMode>,
);
