/** In the composer of a conversation: picks files, and says how far they are read. */
import { Paperclip } from 'lucide-react';
import { useRef } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway } from '../../state/context.tsx';
import { selectConnection } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import styles from './attach-files.module.css';
import { PictureTray } from './picture-tray.tsx';
import type { SendingFiles } from './use-send-files.ts';

export function AttachButton({ sending }: { readonly sending: SendingFiles }): ReactNode {
  const isConnected = useHallway(selectConnection) === 'open';
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          sending.send([...(currentTarget.files ?? [])]);
          // The same file can be chosen again.
          currentTarget.value = '';
        }}
      />
      <IconButton
        size={40}
        label={say('files.attach')}
        title={say('files.attach')}
        disabled={!isConnected || sending.share !== undefined || sending.waiting !== undefined}
        onPress={() => input.current?.click()}
      >
        <Paperclip size={18} aria-hidden="true" />
      </IconButton>
    </>
  );
}

/** Above the field, while files are read or could not be. */
export function AttachNotes({ sending }: { readonly sending: SendingFiles }): ReactNode {
  const { share, problem, stop } = sending;
  return (
    <>
      <PictureTray sending={sending} />
      {share !== undefined && (
        <p className={styles.reading} role="status">
          {share === 0 ? say('files.reading') : say('files.copying', { percent: Math.floor(share * 100) })}{' '}
          <Button kind="link" onPress={stop}>
            {say('files.stop-copying')}
          </Button>
        </p>
      )}
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
