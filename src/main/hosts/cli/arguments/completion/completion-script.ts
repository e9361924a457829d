/**
 * The script of `hallway completion SHELL` (rule CMD-4). Each shell has a file beside this one. All
 * of them read the option table through `completion-table.ts`.
 */
import type { Shell } from '../option-table.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { powershellCompletion } from './powershell.ts';
import { zshCompletion } from './zsh.ts';

const scripts: Readonly<Record<Shell, () => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
};

/** @returns a script that the user sources or installs; it ends with a line break */
export function completionScript(shell: Shell): string {
  return scripts[shell]();
}
