/** Reads out what arrives, for who cannot see it: the list itself cannot, because scrolling changes it as well. */
import type { ReactNode } from 'react';
import { conversationOf, type PeerId } from '../../../shared/lib/ids.ts';
import { useHallway } from '../../state/context.tsx';
import { selectName } from '../../state/message-selectors.ts';

/** A long text is there to be read; that it came is what must be heard. */
const maxReadOut = 240;

export function NewMessages({ peerId }: { readonly peerId: PeerId }): ReactNode {
  const last = useHallway(({ talk }) => talk.conversations.get(conversationOf(peerId))?.last);
  const name = useHallway((state) => selectName(state, last?.from ?? peerId));
  const isTold = useHallway(({ talk }) => last !== undefined && talk.open?.arrived === last.cursor);
  return (
    <p className="visually-hidden" aria-live="polite">
      {isTold && last !== undefined && `${name}: ${last.text.slice(0, maxReadOut)}`}
    </p>
  );
}
