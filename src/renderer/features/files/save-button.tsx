/** Saves a copy of a file: in a window the host asks where, and a browser downloads it. */
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { maxReadBytes } from '../../../shared/contract/transferred-files.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallwayContext } from '../../state/context.tsx';
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
  const { client } = useHallwayContext();
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function save(): Promise<void> {
    setIsBusy(true);
    setProblem(await (window.hallway === undefined ? download() : askHost()));
    setIsBusy(false);
  }

  async function askHost(): Promise<string | undefined> {
    const answer = await client.call('saveTransferred', { transferId, file });
    return answer.ok ? undefined : answer.message;
  }

  async function download(): Promise<string | undefined> {
    const loaded = await loadFile(client, { transferId, file }, new AbortController().signal);
    if (!loaded.ok) return loaded.problem;
    saveBlob(name, loaded.blob);
    return undefined;
  }

  return { isBusy, problem, save: () => void save() };
}
