/** Ctrl+I or Cmd+I opens and closes the network panel from anywhere; Escape goes back, where nothing nearer wants it. */
import { useEffect } from 'react';
import { useHallwayContext } from '../state/context.tsx';

export function useNetworkShortcut(): void {
  const { store } = useHallwayContext();
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      // What a field or the list made of the key is done.
      if (event.defaultPrevented || event.isComposing) return;
      const isOpen = store.getState().view.network !== 'closed';
      const isToggle = event.key.toLowerCase() === 'i' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (isToggle) store.showNetwork(isOpen ? 'closed' : 'open');
      else if (event.key === 'Escape' && isOpen) store.goBack();
      else return;
      event.preventDefault();
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [store]);
}
