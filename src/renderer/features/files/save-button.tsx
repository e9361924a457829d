/** Saves a copy of a file: in a window the host asks where, and a browser downloads it. */
import { Download } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { maxReadBytes } from '../../../shared/contract/transferred-files.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { selectConnection } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { saveBlob } from '../../ui/save-text.ts';
import styles from './offer-card.module.css';
import { loadFile } from './load-file.ts';

interface SaveButtonProps {
  readonly picture: { readonly transferId: string; readonly file: number; readonly name: string; readonly sizeBytes: number };
  /** `icon`: in the bar of the viewer. */
  readonly kind: 'icon' | 'text';
}

export function SaveButton({ picture, kind }: SaveButtonProps): ReactNode {
  const { save, isBusy, problem } = useSave(picture);
  const { name, sizeBytes } = picture;
  // A browser holds a download in memory until it is whole.
  if (window.hallway === undefined && sizeBytes > maxReadBytes) return null;
  return (
    <>
      {kind === 'icon' ? (
        <IconButton size={40} label={say('files.save-as')} title={say('files.save-as')} disabled={isBusy} onPress={save}>
          <Download size={20} aria-hidden="true" />
        </IconButton>
      ) : (
        <Button kind="link" disabled={isBusy} onPress={save}>
          {say('files.save-as')}
          <span className="visually-hidden"> {name}</span>
        </Button>
      )}
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

function useSave({ transferId, file, name }: SaveButtonProps['picture']) {
  const { client, store } = useHallwayContext();
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  useEffect(
    () =>
      client.on('transferredSaved', (saved) => {
        if (saved.transferId !== transferId || saved.file !== file) return;
        setIsBusy(false);
        setProblem(saved.problem ?? undefined);
      }),
    [client, transferId, file],
  );
  // Then the answer of the system's dialog comes to nobody.
  useEffect(() => store.subscribe((state) => void (selectConnection(state) === 'open' || setIsBusy(false))), [store]);

  async function save(): Promise<void> {
    setIsBusy(true);
    setProblem(undefined);
    await (window.hallway === undefined ? download() : askHost());
  }

  /** An event says how it went. */
  async function askHost(): Promise<void> {
    const answer = await client.call('saveTransferred', { transferId, file });
    if (answer.ok) return;
    setIsBusy(false);
    setProblem(answer.message);
  }

  async function download(): Promise<void> {
    const loaded = await loadFile(client, { transferId, file }, new AbortController().signal);
    setIsBusy(false);
    if (loaded.ok) saveBlob(name, loaded.blob);
    else setProblem(loaded.problem);
  }

  return { isBusy, problem, save: () => void save() };
}
