/**
 * A key that shows the window from any program, if the user chose one (rule DESK-18). Another
 * program may own it: then health says so.
 */
import type { GlobalShortcut } from 'electron';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { problem } from '../../../shared/text/messages/problem-values.ts';
import type { Hallway } from '../../core/hallway.ts';

type Deps = Pick<Hallway, 'settings' | 'health'> & {
  readonly globalShortcut: Pick<GlobalShortcut, 'register' | 'unregister'>;
  onPress(): void;
};

/** @returns its undo */
export function followGlobalShortcut({ settings, health, globalShortcut, onPress }: Deps): Unsubscribe {
  let taken: string | undefined;
  let clear: Unsubscribe | undefined;

  function apply(shortcut: string | null): void {
    release();
    if (shortcut === null) return;
    if (register(shortcut)) taken = shortcut;
    else clear = health.report(problem('shortcut-taken', 'warning', { shortcut }));
  }

  /** Electron throws on a name of a key that it does not know. */
  function register(shortcut: string): boolean {
    try {
      return globalShortcut.register(shortcut, onPress);
    } catch {
      return false;
    }
  }

  function release(): void {
    clear?.();
    clear = undefined;
    if (taken !== undefined) globalShortcut.unregister(taken);
    taken = undefined;
  }

  apply(settings.get('globalShortcut'));
  const unsubscribe = settings.subscribe(({ settings: changed }) => {
    if ('globalShortcut' in changed) apply(settings.get('globalShortcut'));
  });
  return () => {
    unsubscribe();
    release();
  };
}
