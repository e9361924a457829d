/** The page's texts about the user's own profile. */

export const profileMessages = {
  'profile.name': 'Your name',
  'profile.note': 'Your note',
  'profile.note.placeholder': 'Add a note',
  'profile.status': 'Your status',
  'profile.change': '{label}: {value}. Change',
  'profile.none': 'none',
} as const;
