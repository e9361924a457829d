/** The page's texts about the user's own profile. */

export const profileMessages = {
  'profile.name': 'Your name',
  'profile.note': 'Your note',
  'profile.note.placeholder': 'Add a note',
  'profile.status': 'Your status',
  'profile.busy-for': 'Busy',
  'profile.pause': 'Pause notifications',
  'profile.pause.end': 'Resume now',
  'profile.paused': 'Notifications are paused until {time}',
  'profile.for-hour': 'For 1 hour',
  'profile.until': 'Until {time}',
  'profile.no-auto-away': "Auto-away isn't available on this desktop",
  'profile.change': '{label}: {value}. Change',
  'profile.you': 'You',
  'profile.open': 'Your profile:',
  'profile.seen-as': 'Everyone on this network with Hallway sees your name, note, status and the name of this computer, {host}.',
  'profile.code': 'Your code is {code}.',
  'profile.close': 'Close',
} as const;
