/** Why a call of a user interface was refused, where the core has no code for it. */

export const uiMessages = {
  'ui.not-available': "You can't message anyone right now.",
  'ui.bad-cursor': "That place isn't in this conversation.",
  'ui.not-kept': "Couldn't save this. The disk may be full.",
  'ui.not-readable': "Messages can't be read right now ({systemCode}).",
  'ui.unknown-peer': 'No one with that ID was ever seen here.',
} as const;
