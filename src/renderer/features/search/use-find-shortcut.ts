/** Ctrl+F or Cmd+F searches the conversation. */
import { useEffect } from 'react';
import { useHallwayContext } from '../../state/context.tsx';

export function useFindShortcut(): void {
  const { store } = useHallwayContext();
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const isFind = event.key.toLowerCase() === 'f' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (!isFind || event.defaultPrevented) return;
      store.find({ showsContext: false });
      event.preventDefault();
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [store]);
}
