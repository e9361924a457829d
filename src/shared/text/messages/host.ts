/**
 * The catalogue of the hosts: terminal, menus, dialogs, and the sentences of refused calls. It
 * stays out of the page's bundle.
 */
import { automationMessages } from './automation.ts';
import { chatMessages } from './chat.ts';
import { cliMessages } from './cli.ts';
import { commonMessages } from './common.ts';
import { desktopMessages } from './desktop.ts';
import { helpMessages } from './help.ts';
import { refusalMessages } from './refusals.ts';
import { reportMessages } from './reports.ts';
import { createSay } from './say.ts';
import { failureMessages } from './failures.ts';

export const hostMessages = {
  ...commonMessages,
  ...failureMessages,
  ...reportMessages,
  ...refusalMessages,
  ...desktopMessages,
  ...helpMessages,
  ...cliMessages,
  ...chatMessages,
  ...automationMessages,
} as const;

export const say = createSay(hostMessages);
