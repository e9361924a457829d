/** Whether the user looks at this window: it is visible, and has the focus. */
import type { Unsubscribe } from '../../shared/rpc/link.ts';

export function hasFocus(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

export function subscribeToFocus(listener: () => void): Unsubscribe {
  window.addEventListener('focus', listener);
  window.addEventListener('blur', listener);
  document.addEventListener('visibilitychange', listener);
  return () => {
    window.removeEventListener('focus', listener);
    window.removeEventListener('blur', listener);
    document.removeEventListener('visibilitychange', listener);
  };
}
