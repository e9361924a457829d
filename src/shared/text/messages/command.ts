/** What only the command says: out of the page's bundle. */
import { cliMessages } from './cli.ts';
import { createSay } from './say.ts';

export const commandMessages = { ...cliMessages } as const;

export const say = createSay(commandMessages);
