/** Every sentence that the page shows. What only hosts say is left to `host.ts`, and out of the page's bundle. */
import { commonMessages } from './common.ts';
import { doctorMessages } from './doctor.ts';
import { healthMessages } from './health.ts';
import { createSay } from './say.ts';

export const pageMessages = { ...commonMessages, ...healthMessages, ...doctorMessages } as const;

export const say = createSay(pageMessages);
