/** Above the field: pictures that wait to be sent, each with a field for its description. */
import { useEffect, useRef } from 'react';
import type { ReactNode, Ref } from 'react';
import { maxDescriptionLength } from '../../../shared/contract/transfers.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway } from '../../state/context.tsx';
import { selectConnection } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './picture-tray.module.css';
import type { ChosenPicture } from './chosen-pictures.ts';
import type { SendingFiles } from './use-send-files.ts';

export function PictureTray({ sending }: { readonly sending: SendingFiles }): ReactNode {
  const { waiting, describe, sendWaiting, dropWaiting, share } = sending;
  // Others are being read.
  const maySend = useHallway(selectConnection) === 'open' && share === undefined;
  const first = useRef<HTMLInputElement>(null);
  const isOpen = waiting !== undefined;
  useEffect(() => {
    if (isOpen) first.current?.focus();
  }, [isOpen]);
  if (waiting === undefined) return null;
  const send = (): void => {
    if (maySend) sendWaiting();
  };
  return (
    <section className={styles.tray} aria-label={say('files.chosen')}>
      <ul className={styles.pictures}>
        {waiting.pictures.map((picture, index) => (
          <Chosen
            key={picture.name}
            picture={picture}
            field={index === 0 ? first : undefined}
            onText={(text) => describe(picture.name, text)}
            onSend={send}
            onDrop={dropWaiting}
          />
        ))}
      </ul>
      <p className={styles.note}>{say('files.not-kept')}</p>
      <div className={styles.choices}>
        <Button kind="main" disabled={!maySend} onPress={send}>
          {say('files.send-chosen', { count: waiting.fileCount })}
        </Button>
        <Button kind="boxed" onPress={dropWaiting}>
          {say('files.drop-chosen')}
        </Button>
      </div>
    </section>
  );
}

interface ChosenProps {
  readonly picture: ChosenPicture;
  readonly field: Ref<HTMLInputElement> | undefined;
  onText(text: string): void;
  onSend(): void;
  onDrop(): void;
}

function Chosen({ picture: { name, address, description }, field, onText, onSend, onDrop }: ChosenProps): ReactNode {
  return (
    <li className={styles.picture}>
      <img className={styles.image} src={address} alt="" />
      <div className={styles.words}>
        <bdi className={styles.name}>{name}</bdi>
        <TextField
          {...(field && { ref: field })}
          className={styles.field}
          label={say('files.describe', { name })}
          placeholder={say('files.describe-hint')}
          maxLength={maxDescriptionLength}
          value={description}
          onText={onText}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Enter') onSend();
            else if (event.key === 'Escape') onDrop();
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
      </div>
    </li>
  );
}
