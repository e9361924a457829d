/**
 * The small pictures of an offer, with their descriptions. One whose file is here can be opened. In
 * a room the pictures may come later than the offer (rule RFILE-43).
 */
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallwayContext } from '../../state/context.tsx';
import type { ShownTransfer } from '../../state/transfers.ts';
import { Button } from '../../ui/button.tsx';
import { useOpenPicture } from './open-picture.ts';
import styles from './offer-pictures.module.css';
import { picturesOf, type Picture } from './pictures.ts';
import { namesOf } from './transfer-words.ts';

interface OfferPicturesProps {
  readonly transfer: ShownTransfer;
  /** Whether its files are on this computer. */
  readonly isHere: boolean;
}

export function OfferPictures({ transfer, isHere }: OfferPicturesProps): ReactNode {
  const addresses = usePreviews(transfer);
  const shown = picturesOf(transfer).filter(({ preview }) => preview !== undefined);
  if (shown.length === 0) return null;
  return (
    <div className={styles.pictures} data-count={shown.length}>
      {shown.map((picture) => (
        <figure key={picture.file} className={styles.item}>
          <Small picture={picture} address={addresses[picture.preview ?? -1]} isHere={isHere} />
          {picture.description !== '' && (
            // It is the alternative text too, which is enough for a screen reader.
            <figcaption className={styles.description} dir="auto" aria-hidden="true">
              {picture.description}
            </figcaption>
          )}
        </figure>
      ))}
    </div>
  );
}

interface MissingPicturesProps {
  readonly transfer: ShownTransfer;
  readonly author: string;
}

/** In place of small pictures that are not here. */
export function MissingPictures({ transfer, author }: MissingPicturesProps): ReactNode {
  const { client } = useHallwayContext();
  const [problem, setProblem] = useState<string>();
  const line = useRef<HTMLParagraphElement>(null);
  const { transferId, missingPictures, fileCount } = transfer;

  async function show(): Promise<void> {
    const answer = await client.call('fetchPreviews', { transferId });
    setProblem(answer.ok ? undefined : answer.message);
    // The button is gone then, and the next Tab has to go on from here.
    if (answer.ok) line.current?.focus();
  }

  if (missingPictures === undefined) return null;
  if (missingPictures === 'coming')
    return (
      <p ref={line} className={styles.missing} role="status" tabIndex={-1}>
        {say('files.room.pictures-come', { count: fileCount, name: author })}
      </p>
    );
  return (
    <p ref={line} className={styles.missing} tabIndex={-1}>
      <Button kind="link" onPress={() => void show()}>
        {say('files.room.show-pictures', { count: fileCount })}
        <span className="visually-hidden"> {namesOf(transfer)}</span>
      </Button>
      {problem !== undefined && <span role="alert"> {problem}</span>}
    </p>
  );
}

interface SmallProps {
  readonly picture: Picture;
  readonly address: string | undefined;
  readonly isHere: boolean;
}

function Small({ picture, address, isHere }: SmallProps): ReactNode {
  const openPicture = useOpenPicture();
  const what = picture.description || picture.name;
  const alt = picture.description === '' ? say('files.picture', { name: picture.name }) : picture.description;
  const image =
    address === undefined ? (
      <span className={styles.image} data-empty="true" />
    ) : (
      <img className={styles.image} src={address} alt={alt} decoding="async" draggable={false} />
    );
  if (!isHere || openPicture === undefined) return image;
  return (
    <Button
      kind="plain"
      className={styles.open}
      aria-label={say('files.open-picture', { what })}
      onPress={() => openPicture(picture)}
    >
      {image}
    </Button>
  );
}

function usePreviews({ transferId, pictures }: ShownTransfer): readonly string[] {
  const { previews } = useHallwayContext();
  const [addresses, setAddresses] = useState<readonly string[]>([]);
  const count = pictures.length;
  useEffect(() => {
    let isGone = false;
    if (count > 0) void previews.of(transferId).then((found) => void (isGone || setAddresses(found)));
    return () => void (isGone = true);
  }, [previews, transferId, count]);
  return addresses;
}
