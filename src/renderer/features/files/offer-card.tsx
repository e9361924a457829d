/** Files that are offered, in place of the text of their message: names, progress and decisions. */
import { Files, File as OneFile } from 'lucide-react';
import { useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { Message } from '../../../shared/contract/messages.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectIsHere, selectIsOwn, selectTitle } from '../../state/message-selectors.ts';
import type { ShownTransfer } from '../../state/transfers.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import styles from './offer-card.module.css';
import { namesOf, sizeWords, stateWords } from './transfer-words.ts';

/** @returns the transfer that this message offers, if the page knows it */
export function useTransfer(messageId: string): ShownTransfer | undefined {
  const { transfers } = useHallwayContext();
  return useSyncExternalStore(transfers.subscribe, () => transfers.of(messageId));
}

export function OfferCard({ transfer, message }: { readonly transfer: ShownTransfer; readonly message: Message }): ReactNode {
  const isOwn = useHallway((store) => selectIsOwn(store, message));
  const name = useHallway((store) => selectTitle(store, message.conversation));
  const isHere = useHallway((store) => selectIsHere(store, message.conversation));
  const { act, problem } = useDecision(transfer);
  const names = namesOf(transfer);
  const Icon = transfer.fileCount > 1 ? Files : OneFile;
  return (
    <div className={styles.card} data-state={transfer.state} role="group" aria-label={names}>
      <Icon className={styles.icon} size={28} strokeWidth={1.6} aria-hidden="true" />
      <div className={styles.what}>
        <bdi className={styles.names} title={transfer.files.map(({ name: file }) => file).join('\n')}>
          {names}
        </bdi>
        <span className={styles.size}>{sizeWords(transfer)}</span>
        <ProgressBar transfer={transfer} label={say('files.progress', { names })} />
        <p className={styles.state} data-bad={transfer.state === 'failed'}>
          {stateWords(transfer, { isOwn, name, isHere })}
        </p>
        {transfer.state === 'done' && !isOwn && <Place transfer={transfer} />}
        {problem !== undefined && (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        )}
        <Choices transfer={transfer} isOwn={isOwn} names={names} act={act} />
      </div>
    </div>
  );
}

type Decision = 'acceptTransfer' | 'declineTransfer' | 'cancelTransfer';

function useDecision({ transferId }: ShownTransfer) {
  const { client, transfers } = useHallwayContext();
  const [problem, setProblem] = useState<string>();
  async function act(decision: Decision): Promise<void> {
    setProblem(undefined);
    const answer = await client.call(decision, { transferId });
    if (answer.ok) transfers.put(answer.output);
    else setProblem(answer.message);
  }
  return { act, problem };
}

function ProgressBar({ transfer, label }: { readonly transfer: ShownTransfer; readonly label: string }): ReactNode {
  const { state, doneBytes, totalBytes } = transfer;
  if (state !== 'running' && state !== 'accepted' && !(state === 'waiting' && doneBytes > 0)) return null;
  const share = totalBytes === 0 ? 1 : doneBytes / totalBytes;
  return <progress className={styles.progress} max={1} value={share} aria-label={label} />;
}

/** Where the files are. A page of a browser cannot open the folder, so the path can be copied. */
function Place({ transfer }: { readonly transfer: ShownTransfer }): ReactNode {
  const [path = ''] = transfer.paths;
  if (path === '') return null;
  return (
    <div className={styles.place}>
      <bdi title={path}>{say('files.saved', { folder: folderOf(path) })}</bdi>
      <CopyButton isQuiet label={say('files.copy-path')} what={path} textOf={() => path} />
    </div>
  );
}

/** With either separator. */
function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))) || '/';
}

interface ChoicesProps {
  readonly transfer: ShownTransfer;
  readonly isOwn: boolean;
  readonly names: string;
  act(decision: Decision): Promise<void>;
}

function Choices({ transfer: { state }, isOwn, names, act }: ChoicesProps): ReactNode {
  if (state === 'offered' && !isOwn) {
    return (
      <div className={styles.choices}>
        <Button kind="main" onPress={() => void act('acceptTransfer')}>
          {say('files.accept')}
          <span className="visually-hidden"> {names}</span>
        </Button>
        <Button kind="boxed" onPress={() => void act('declineTransfer')}>
          {say('files.decline')}
          <span className="visually-hidden"> {names}</span>
        </Button>
      </div>
    );
  }
  if (state === 'done' || state === 'declined' || state === 'cancelled' || state === 'failed') return null;
  return (
    <div className={styles.choices}>
      <Button kind="link" onPress={() => void act('cancelTransfer')}>
        {say('files.cancel')}
        <span className="visually-hidden"> {names}</span>
      </Button>
    </div>
  );
}
