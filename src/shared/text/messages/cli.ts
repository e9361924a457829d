/** What the `hallway` command prints. */
import { fileProblem } from './common.ts';

export const cliMessages = {
  'cli.not-written': `{file} can't be written: ${fileProblem}.`,
  'cli.no-messages-here': "This profile's messages can't be opened here. {remedy}",
} as const;
