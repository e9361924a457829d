/** Every sentence that the page may show. What only the terminal says is left to `command.ts`, and out of the page's bundle. */
import { commonMessages } from './common.ts';

export const pageMessages = { ...commonMessages } as const;
