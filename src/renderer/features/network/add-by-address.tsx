/**
 * Adds a peer that multicast does not reach. The user enters its address, and sees our own to pass
 * on. Saved addresses are listed.
 */
import { LoaderCircle, X } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode, SubmitEvent } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import type { Diagnostics } from '../../../shared/contract/diagnostics.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { openConversation, type GivenAddress } from '../../state/route.ts';
import { selectHere, selectRoute, selectSelf } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { belongsToInputMethod } from '../../ui/keys.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { readableName, readableCodeOf } from '../../../shared/text/contact-text.ts';
import { Section } from '../../ui/section.tsx';
import styles from './add-by-address.module.css';
import { holderOf, ownAddressesOf } from './report-view.ts';
import { useNetworkChange } from './use-network-change.ts';

/** The state of the last call. */
type Outcome =
  | { readonly type: 'none' | 'pending' }
  | { readonly type: 'found'; readonly peerId: PeerId }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };

/** The longest address that the contract accepts. */
const maxAddressLength = 300;

export function AddByAddress({ diagnostics }: { readonly diagnostics: Diagnostics }): ReactNode {
  const route = useHallway(selectRoute);
  const given = route.page === 'network' ? route.given : undefined;
  return (
    <Section title={say('network.add')}>
      <AddForm key={given?.address} given={given} />
      <OwnAddresses addresses={ownAddressesOf(diagnostics)} />
      <Remembered diagnostics={diagnostics} />
    </Section>
  );
}

/** @param given the address of a link, which the user may add or change */
function AddForm({ given }: { readonly given: GivenAddress | undefined }): ReactNode {
  const route = useHallway(selectRoute);
  const takesFocus = route.page === 'network' && route.atAddress;
  const { text, outcome, edit, add } = useAdding(given?.address);
  const outcomeId = useId();
  const isPending = outcome.type === 'pending';

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || text === '' || belongsToInputMethod(event.nativeEvent)) return;
    edit('');
    event.preventDefault();
  }

  function onSubmit(event: SubmitEvent): void {
    event.preventDefault();
    void add();
  }

  return (
    <form className={styles.form} aria-label={say('network.add')} onSubmit={onSubmit}>
      <p className={styles.lead}>{say('network.add.text')}</p>
      <div className={styles.entry}>
        <TextField
          className={styles.field}
          label={say('network.add.field')}
          aria-describedby={outcomeId}
          aria-invalid={outcome.type === 'failed' && outcome.code !== 'no-answer'}
          autoFocus={takesFocus}
          autoComplete="off"
          spellCheck={false}
          maxLength={maxAddressLength}
          placeholder="10.1.2.3:50296"
          value={text}
          onText={edit}
          onKeyDown={onKeyDown}
        />
        <Button kind="main" className={styles.add} disabled={isPending || text.trim() === ''}>
          {say('network.add.press')}
        </Button>
      </div>
      <div id={outcomeId} className={styles.outcome} role="status">
        <OutcomeText outcome={outcome} promised={given?.peerId} />
      </div>
    </form>
  );
}

interface Adding {
  readonly text: string;
  readonly outcome: Outcome;
  edit(text: string): void;
  add(): Promise<void>;
}

function useAdding(given = ''): Adding {
  const { client, diagnosticsPoller } = useHallwayContext();
  const [text, setText] = useState(given);
  const [outcome, setOutcome] = useState<Outcome>({ type: 'none' });
  const lastCall = useRef(0);

  async function add(): Promise<void> {
    const address = text.trim();
    if (address === '' || outcome.type === 'pending') return;
    lastCall.current += 1;
    const call = lastCall.current;
    setOutcome({ type: 'pending' });
    const result = await client.call('connect', { address });
    diagnosticsPoller.refresh();
    if (call !== lastCall.current) return;
    setOutcome(result.ok ? { type: 'found', peerId: result.output.peerId } : { type: 'failed', ...result });
    // The address is remembered even so, so there is nothing to correct.
    if (result.ok || result.code === 'no-answer') setText('');
  }

  function edit(value: string): void {
    setText(value);
    if (outcome.type !== 'pending') setOutcome({ type: 'none' });
  }

  return { text, outcome, edit, add };
}

interface OutcomeProps {
  readonly outcome: Outcome;
  /** The peer that a link promises at the address. */
  readonly promised: PeerId | undefined;
}

function OutcomeText({ outcome, promised }: OutcomeProps): ReactNode {
  switch (outcome.type) {
    case 'none':
      return null;
    case 'pending':
      return (
        <span className={styles.pending}>
          <LoaderCircle className={styles.turning} size={14} aria-hidden="true" /> {say('network.add.pending')}
        </span>
      );
    case 'found':
      if (promised !== undefined && promised !== outcome.peerId)
        return <span className={styles.failed}>{say('network.add.other-key')}</span>;
      return <Found peerId={outcome.peerId} />;
    case 'failed':
      return (
        <span className={outcome.code === 'no-answer' ? styles.unanswered : styles.failed}>
          <bdi>{outcome.message}</bdi>
        </span>
      );
  }
}

function Found({ peerId }: { readonly peerId: PeerId }): ReactNode {
  const { store } = useHallwayContext();
  const name = useHallway((state) => selectHere(state, peerId)?.name);
  return (
    <Button kind="link" className={styles.found} onPress={() => store.navigate(openConversation(peerId))}>
      {/* The answer to the call can arrive before the list has the peer. */}
      {name === undefined
        ? say('network.add.found-someone')
        : said('network.add.found', { name: <bdi className={styles.foundName}>{readableName(name)}</bdi> })}
    </Button>
  );
}

function OwnAddresses({ addresses }: { readonly addresses: readonly string[] }): ReactNode {
  const self = useHallway(selectSelf);
  return (
    <div className={styles.own}>
      <h4 className={styles.label}>{say('network.own-addresses', { count: Math.max(1, addresses.length) })}</h4>
      {addresses.length === 0 && <p className={styles.none}>{say('network.no-address')}</p>}
      <ul>
        {addresses.map((address) => (
          <li key={address} className={styles.address}>
            <bdi className={styles.code}>{address}</bdi>
            <CopyButton label={say('network.copy')} what={address} textOf={() => address} isQuiet />
          </li>
        ))}
      </ul>
      {self !== undefined && (
        <p className={styles.label}>
          {said('network.own-code', { code: <span className={styles.code}>{readableCodeOf(self.peerId)}</span> })}
        </p>
      )}
    </div>
  );
}

function Remembered({ diagnostics }: { readonly diagnostics: Diagnostics }): ReactNode {
  const { failure, forgetAddress } = useNetworkChange();
  const { manualAddresses } = diagnostics.network;
  if (manualAddresses.length === 0) return null;
  return (
    <div className={styles.own}>
      <h4 className={styles.label}>{say('network.remembered')}</h4>
      <ul aria-label={say('network.remembered.list')}>
        {manualAddresses.map((address) => (
          <li key={address} className={styles.address}>
            <bdi className={styles.code}>{address}</bdi>
            <Holder holder={holderOf(address, diagnostics)} />
            <IconButton
              size={28}
              className={styles.forget}
              label={say('network.forget', { address })}
              title={say('network.forget.title')}
              onPress={() => void forgetAddress(address)}
            >
              <X size={15} aria-hidden="true" />
            </IconButton>
          </li>
        ))}
      </ul>
      {failure !== undefined && (
        <p className={styles.failed} role="alert">
          {failure}
        </p>
      )}
    </div>
  );
}

function Holder({ holder }: { readonly holder: Diagnostics['peers'][number] | undefined }): ReactNode {
  if (holder === undefined) return <span className={styles.holder}>{say('network.no-answer-yet')}</span>;
  return <bdi className={styles.holder}>{readableName(holder.name)}</bdi>;
}
