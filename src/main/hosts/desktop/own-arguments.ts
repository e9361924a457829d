/**
 * Which of the arguments that Electron was started with are Hallway's. The others are Chromium's switches, the script's path, what macOS
 * or a debugger adds: not ours to complain about, so unlike the `hallway` command this lets pass what it does not know.
 */

/**
 * @param ownOptions names of ours, each of which takes a value, after a space or an equals sign
 * @returns ours, in the form that the command's own parser takes
 */
export function pickOwnArguments(argv: readonly string[], ownOptions: readonly string[]): readonly string[] {
  const own: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (!argument.startsWith('--')) continue;
    const [name = '', value] = argument.slice(2).split('=', 2);
    if (!ownOptions.includes(name)) continue;
    own.push(argument);
    if (value !== undefined) continue;
    index += 1;
    const next = argv[index];
    if (next !== undefined) own.push(next);
  }
  return own;
}
