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

/** Failures of a user interface's calls for which the core has no code. */
const failureMessages = {
  'failure.not-available': "You can't message anyone right now.",
  'failure.bad-cursor': "That place isn't in this conversation.",
  'failure.not-kept': "Couldn't save this. The disk may be full.",
  'failure.not-readable': "Messages can't be read right now ({systemCode}).",
  'failure.not-chosen': 'Hallway no longer knows which files you chose. Choose them again.',
  'failure.not-copied': "Hallway couldn't copy these files ({code}). The disk may be full.",
  'failure.too-many-copies': 'Hallway is reading too many files right now. Try again in a minute.',
  'failure.not-offered': "These files couldn't be offered ({systemCode}). Try again.",
  'failure.gone': "This file isn't where it was. It may have been moved or deleted.",
  'failure.no-dialog': "The system can't ask where to save this. Open the folder to copy the file.",
  'failure.not-saved': "Couldn't save this. The disk may be full.",
  'failure.unknown-peer': 'No one with that ID has ever been here.',
} as const;

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
