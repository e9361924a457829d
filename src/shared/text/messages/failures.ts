/** Failures of a user interface's calls for which the core has no code. */

export const failureMessages = {
  'failure.not-available': "You can't message anyone right now.",
  'failure.bad-cursor': "That place isn't in this conversation.",
  'failure.not-kept': "Couldn't save this. The disk may be full.",
  'failure.not-readable': "Messages can't be read right now ({systemCode}).",
  'failure.unknown-peer': 'No one with that ID has ever been here.',
} as const;
