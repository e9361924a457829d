/** The small pictures of an offer, with their descriptions. One that is here can be opened. */
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallwayContext } from '../../state/context.tsx';
import type { ShownTransfer } from '../../state/transfers.ts';
import { Button } from '../../ui/button.tsx';
import { useOpenPicture } from './open-picture.ts';
import styles from './offer-pictures.module.css';
import { picturesOf, type Picture } from './pictures.ts';

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
