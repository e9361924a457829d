/** A time as "12 s ago" that keeps counting, with the exact time in its tooltip. */
import type { ReactNode } from 'react';
import { useTicker, useTimeZone } from '../../state/context.tsx';
import { agoOf, momentOf } from '../../../shared/text/contact-text.ts';

export function LastSeen({ timeMs, className }: { readonly timeMs: number; readonly className?: string | undefined }): ReactNode {
  useTimeZone();
  const text = useTicker((nowMs) => agoOf(timeMs, nowMs));
  return (
    <span className={className} title={momentOf(timeMs)}>
      {text}
    </span>
  );
}
