/**
 * The notice at the foot of the settings that takes a change back. A change that deletes messages
 * waits behind it, because no undo could bring them back (rule SET-31). One notice at a time: a new
 * one ends the last.
 */
import { createContext, useContext, useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { SettingKey } from '../../../shared/contract/settings.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { Button } from '../../ui/button.tsx';
import { setTimer } from '../../ui/timers.ts';
import styles from './undo.module.css';

/** Enough to read the sentence and reach the button. */
export const undoShownMs = 8_000;

interface WaitingChange {
  readonly key: SettingKey;
  readonly value: unknown;
}

interface Offer {
  readonly text: string;
  /** The change that waits until the notice ends. */
  readonly waiting?: WaitingChange;
  /** The notice ended without an undo. */
  onEnd?(): void;
  onUndo?(): void;
}

interface Undo {
  offer(offer: Offer): void;
  /** Ends the notice of that setting without its change, because the user chose another value. */
  drop(key: SettingKey): void;
  waitingFor(key: SettingKey): WaitingChange | undefined;
}

const context = createContext<Undo | undefined>(undefined);

export function useUndo(): Undo {
  const undo = useContext(context);
  if (undo === undefined) throw new Error('UndoNotices is missing above this component');
  return undo;
}

export function UndoNotices({ children }: { readonly children: ReactNode }): ReactNode {
  const [offer, setOffer] = useState<Offer>();
  const current = useRef<Offer>(undefined);

  const undo = useMemo<Undo>(() => {
    function show(next: Offer | undefined): void {
      current.current = next;
      setOffer(next);
    }
    return {
      offer(next) {
        const before = current.current;
        const isReplaced = before?.waiting !== undefined && before.waiting.key === next.waiting?.key;
        show(next);
        if (!isReplaced) before?.onEnd?.();
      },
      drop(key) {
        if (current.current?.waiting?.key === key) show(undefined);
      },
      waitingFor: (key) => (offer?.waiting?.key === key ? offer.waiting : undefined),
    };
  }, [offer]);

  useEffect(() => {
    if (offer === undefined) return undefined;
    return setTimer(() => {
      current.current = undefined;
      setOffer(undefined);
      offer.onEnd?.();
    }, undoShownMs);
  }, [offer]);
  // The user chose, and only leaves the page.
  useEffect(
    () => () => {
      const last = current.current;
      current.current = undefined;
      last?.onEnd?.();
    },
    [],
  );

  function takeBack(): void {
    current.current = undefined;
    setOffer(undefined);
    offer?.onUndo?.();
  }

  return (
    <context.Provider value={undo}>
      {children}
      <div className={styles.place} role="status">
        {offer !== undefined && (
          <p className={styles.notice}>
            <bdi className={styles.text}>{offer.text}</bdi>
            <Button kind="link" className={styles.undo} onPress={takeBack}>
              {say('settings-page.undo')}
            </Button>
          </p>
        )}
      </div>
    </context.Provider>
  );
}
