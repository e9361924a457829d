/** Counts what nobody asked for, per connection: some may be on its way when a transfer ends. */
import type { Session } from '../../messaging/session/session.ts';

export interface StrayBytes {
  /** Closes the connection beyond the limit. */
  add(session: Session, sizeBytes: number): void;
  forget(session: Session): void;
}

const maxStrayBytes = 8 * 1_048_576;

export function createStrayBytes(): StrayBytes {
  const strays = new Map<Session, number>();

  return {
    add(session, sizeBytes) {
      const stray = (strays.get(session) ?? 0) + sizeBytes;
      strays.set(session, stray);
      if (stray > maxStrayBytes) session.close('unexpected');
    },
    forget: (session) => void strays.delete(session),
  };
}
