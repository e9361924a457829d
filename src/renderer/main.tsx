/** Starts the page: link, client, store, and the one React root over them. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createRpcClient } from '../shared/rpc/rpc.ts';
import { App } from './app.tsx';
import { chooseLink } from './links/choose-link.ts';
import { HallwayProvider } from './store/context.tsx';
import { createConversations } from './store/conversations.ts';
import { createDoctorWatch } from './store/doctor-watch.ts';
import { createDrafts } from './store/drafts.ts';
import { followCore } from './store/follow-core.ts';
import { createHallwayStore } from './store/store.ts';
import { createTicker } from './store/ticker.ts';
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
const store = createHallwayStore();
const ticker = createTicker({ wallMs: () => Date.now(), setTimer, document });
const doctor = createDoctorWatch({ client, setTimer, document });
const conversations = createConversations({ link, client, store, setTimer });
const drafts = createDrafts({ storage: findStorage(), setTimer });
followCore({ link, client, store, setFrame, setTimer });
// The right address, put into a tab that had another one or none.
window.addEventListener('hashchange', () => window.location.reload());
window.addEventListener('pagehide', () => drafts.flush());

createRoot(root).render(
  <StrictMode>
    <HallwayProvider value={{ store, client, ticker, doctor, conversations, drafts }}>
      <App />
    </HallwayProvider>
  </StrictMode>,
);
