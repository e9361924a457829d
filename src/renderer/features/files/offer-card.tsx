/** Files that are offered, in place of the text of their message: names, progress and decisions. */
import { Files, File as OneFile } from 'lucide-react';
import { useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { Message } from '../../../shared/contract/messages.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectAuthor, selectIsHere, selectIsOwn, selectTitle } from '../../state/message-selectors.ts';
import type { ShownTransfer } from '../../state/transfers.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import styles from './offer-card.module.css';
import { MissingPictures, OfferPictures } from './offer-pictures.tsx';
import { isHere as areFilesHere } from './pictures.ts';
import { SaveButton } from './save-button.tsx';
import { isInRoom } from './room-words.ts';
import { namesOf, sizeWords, stateWords } from './transfer-words.ts';

/**
 * @returns the transfer that this message offers, if the page knows it. Somebody else's offer with
 *   the ID of this message is none.
 */
export function useTransfer({ messageId, from, conversation }: Message): ShownTransfer | undefined {
  const { transfers } = useHallwayContext();
  const transfer = useSyncExternalStore(transfers.subscribe, () => transfers.of(messageId));
  return transfer?.from === from && transfer.conversation === conversation ? transfer : undefined;
}

export function OfferCard({ transfer, message }: { readonly transfer: ShownTransfer; readonly message: Message }): ReactNode {
  const isOwn = useHallway((store) => selectIsOwn(store, message));
  const name = useHallway((store) =>
    isInRoom(message) ? selectAuthor(store, message) : selectTitle(store, message.conversation),
  );
  const isHere = useHallway((store) => selectIsHere(store, message.conversation));
  const { act, problem } = useDecision(transfer);
  const names = namesOf(transfer);
  const Icon = transfer.fileCount > 1 ? Files : OneFile;
  return (
    <div className={styles.card} data-state={transfer.state} role="group" aria-label={names}>
      {transfer.pictures.length === 0 && <Icon className={styles.icon} size={28} strokeWidth={1.6} aria-hidden="true" />}
      <div className={styles.what}>
        <OfferPictures transfer={transfer} isHere={areFilesHere(transfer, isOwn)} />
        <MissingPictures transfer={transfer} author={name} />
        <bdi className={styles.names} title={transfer.files.map(({ name: file }) => file).join('\n')}>
          {names}
        </bdi>
        <span className={styles.size}>{sizeWords(transfer)}</span>
        <ProgressBar transfer={transfer} label={say('files.progress', { names })} />
        <p className={styles.state} data-bad={transfer.state === 'failed'}>
          {stateWords(transfer, { isOwn, name, isHere })}
        </p>
        {transfer.state === 'done' && !isOwn && <Place transfer={transfer} act={act} />}
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

type Decision = 'acceptTransfer' | 'declineTransfer' | 'pauseTransfer' | 'resumeTransfer' | 'cancelTransfer';

function useDecision({ transferId }: ShownTransfer) {
  const { client, transfers } = useHallwayContext();
  const [problem, setProblem] = useState<string>();
  async function act(decision: Decision | 'showTransferred'): Promise<void> {
    setProblem(undefined);
    if (decision === 'showTransferred') {
      const shown = await client.call(decision, { transferId });
      if (!shown.ok) setProblem(shown.message);
      return;
    }
    const answer = await client.call(decision, { transferId });
    if (answer.ok) transfers.put(answer.output);
    else setProblem(answer.message);
  }
  return { act, problem };
}

function ProgressBar({ transfer, label }: { readonly transfer: ShownTransfer; readonly label: string }): ReactNode {
  const { state, doneBytes, totalBytes, keptBy } = transfer;
  // Of several members each has a progress of its own.
  if (keptBy !== undefined) return null;
  const isStopped = state === 'waiting' || state === 'paused';
  if (state !== 'running' && state !== 'accepted' && !(isStopped && doneBytes > 0)) return null;
  const share = totalBytes === 0 ? 1 : doneBytes / totalBytes;
  return <progress className={styles.progress} max={1} value={share} aria-label={label} />;
}

interface PlaceProps extends Pick<ChoicesProps, 'act'> {
  readonly transfer: ShownTransfer;
}

/** Where the files are. A page of a browser cannot open the folder, so the path can be copied. */
function Place({ transfer, act }: PlaceProps): ReactNode {
  const [path = ''] = transfer.paths;
  if (path === '') return null;
  const [file] = transfer.files;
  const isSingle = transfer.fileCount === 1 && file !== undefined && !file.name.includes('/');
  return (
    <>
      <div className={styles.place}>
        <bdi title={path}>{say('files.saved', { folder: folderOf(path) })}</bdi>
        <CopyButton isQuiet label={say('files.copy-path')} what={path} textOf={() => path} />
      </div>
      <div className={styles.choices}>
        {window.hallway !== undefined && (
          <Button kind="link" onPress={() => void act('showTransferred')}>
            {say('files.open-folder')}
            <span className="visually-hidden"> {namesOf(transfer)}</span>
          </Button>
        )}
        {isSingle && <SaveButton kind="text" picture={{ transferId: transfer.transferId, file: 0, ...file }} />}
      </div>
    </>
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
  act(decision: Decision | 'showTransferred'): Promise<void>;
}

function Choices({ transfer, isOwn, names, act }: ChoicesProps): ReactNode {
  const { state } = transfer;
  const isOwnInRoom = isOwn && isInRoom(transfer);
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
      {(state === 'paused' || (mayPause(transfer) && !isOwnInRoom)) && (
        // One button, so that the focus stays on it.
        <Choice
          label={state === 'paused' ? say('files.resume') : say('files.pause')}
          names={names}
          onPress={() => void act(state === 'paused' ? 'resumeTransfer' : 'pauseTransfer')}
        />
      )}
      <Choice
        label={isOwnInRoom ? say('files.withdraw') : say('files.cancel')}
        names={names}
        onPress={() => void act('cancelTransfer')}
      />
    </div>
  );
}

function Choice({ label, names, onPress }: { readonly label: string; readonly names: string; onPress(): void }): ReactNode {
  return (
    <Button kind="link" onPress={onPress}>
      {label}
      <span className="visually-hidden"> {names}</span>
    </Button>
  );
}

/** Somebody who is away, or paused it, need not keep the user from doing so. */
function mayPause({ state }: Pick<ShownTransfer, 'state'>): boolean {
  return state === 'accepted' || state === 'running' || state === 'waiting';
}
