/** Every sentence that the page may show. What only the terminal says is left to `command.ts`, and out of the page's bundle. */
import { commonMessages } from './common.ts';
import { doctorMessages } from './doctor.ts';
import { healthMessages } from './health.ts';
import { refusalMessages } from './refusals.ts';
import { createSay } from './say.ts';
import { uiMessages } from './ui.ts';

export const pageMessages = {
  ...commonMessages,
  ...healthMessages,
  ...doctorMessages,
  ...refusalMessages,
  ...uiMessages,
} as const;

export const say = createSay(pageMessages);
