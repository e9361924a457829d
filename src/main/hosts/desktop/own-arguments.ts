/**
 * Picks Hallway's arguments from those of the Electron process. The others are Chromium's switches,
 * the script's path, and additions of macOS or a debugger. So unlike the `hallway` command, this
 * ignores unknown arguments.
 */

/**
 * @param ownOptions names of our options. Each takes a value, after a space or an equals sign
 * @returns our arguments, in the form that the command's parser takes
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
