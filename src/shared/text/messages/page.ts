/**
 * The catalogue of the page. Texts that only hosts use are in `host.ts`, out of the page's bundle.
 */
import { commonMessages } from './common.ts';
import { contactMessages } from './contacts.ts';
import { conversationMessages } from './conversation.ts';
import { doctorMessages } from './doctor.ts';
import { fileMessages } from './files.ts';
import { healthMessages } from './health.ts';
import { networkMessages } from './network.ts';
import { profileMessages } from './profile.ts';
import { roomMessages } from './rooms.ts';
import { createSay, createSayParts } from './say.ts';
import { settingsPageMessages } from './settings/settings-page.ts';
import { windowMessages } from './window.ts';

export const pageMessages = {
  ...commonMessages,
  ...healthMessages,
  ...doctorMessages,
  ...windowMessages,
  ...contactMessages,
  ...conversationMessages,
  ...roomMessages,
  ...fileMessages,
  ...networkMessages,
  ...profileMessages,
  ...settingsPageMessages,
} as const;

export type PageMessageKey = keyof typeof pageMessages;

export const say = createSay(pageMessages);

/** Makes a sentence that contains elements. */
export const sayParts = createSayParts(pageMessages);
