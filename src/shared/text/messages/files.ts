/**
 * Texts about files: the message of an offer, why a transfer stopped, and the words of the page.
 */

/** The message of an offer, which older versions show. */
export const offerMessages = {
  'offer.text': '📎 {others, plural, =0 {{name}} other {{name} and # more}}, {size}',
} as const;

/** Why a transfer waits, and how it failed: on every host. */
export const fileEndMessages = {
  'files.waiting.offline': "{name} isn't here. The transfer goes on once you're both here.",
  'files.waiting.other': 'Paused. The transfer goes on by itself.',
  'files.waiting.paused': '{name} paused this.',
  'files.waiting.disk-full': 'Your disk is full. Make room, and the transfer goes on.',
  'files.waiting.disk-read-only': 'The folder is read-only. Make it writable, and the transfer goes on.',
  'files.waiting.no-access': "Hallway isn't allowed to use the folder or a file. Change that, and the transfer goes on.",
  'files.waiting.unreadable': "A file can't be read right now. Check the disk that it's on.",
  'files.waiting.vanished': 'The folder or a file is gone. Put it back, and the transfer goes on.',

  'files.failed.changed': 'A file changed after it was offered. It has to be sent again.',
  'files.failed.vanished': "A file was moved or deleted, so it couldn't be sent.",
  'files.failed.no-access': "Hallway wasn't allowed to use the folder or a file.",
  'files.failed.unreadable': "A file couldn't be read. Check the disk that it's on.",
  'files.failed.bad-name': "A file has a name that can't be saved.",
  'files.failed.expired': "This wasn't accepted in time.",
  'files.failed.damaged': 'The files that arrived differ from the offer, so they were deleted.',
  'files.failed.other-refused': "{name}'s computer ended the transfer.",
  'files.failed.other': "This couldn't be transferred.",
} as const;

export const fileMessages = {
  ...fileEndMessages,
  'files.attach': 'Send files',
  'files.drop': 'Drop to send to {name}',
  'files.reading': 'Reading files…',
  'files.copying': 'Reading files, {percent, number}%…',
  'files.stop-copying': 'Stop',
  'files.not-here': "These files couldn't be read. They may have been moved or deleted.",
  'files.others': '{count, plural, one {and 1 other file} other {and # other files}}',
  'files.in-all': '{count, plural, one {1 file} other {# files}}, {size}',
  'files.accept': 'Accept',
  'files.decline': 'Decline',
  'files.cancel': 'Cancel',
  'files.pause': 'Pause',
  'files.resume': 'Resume',
  'files.open-folder': 'Open folder',
  'files.save-as': 'Save as',
  'files.send-chosen': 'Send {count, plural, one {1 file} other {# files}}',
  'files.drop-chosen': 'Remove',
  'files.chosen': 'Files to send',
  'files.not-kept': 'Not sent yet. Hallway forgets these files if you leave this conversation.',
  'files.others-wait': 'Send or remove the files that wait here before you add more pictures.',
  'files.describe': 'Description of {name}',
  'files.describe-hint': "Describe it for people who can't see it",
  'files.picture': 'Picture {name}',
  'files.open-picture': 'Open picture: {what}',

  'viewer.close': 'Close',
  'viewer.next': 'Next picture',
  'viewer.previous': 'Previous picture',
  'viewer.zoom-in': 'Zoom in',
  'viewer.zoom-out': 'Zoom out',
  'viewer.fit': 'Fit to window',
  'viewer.zoom': '{percent, number}%',
  'viewer.place': '{number, number} of {count, number}',
  'viewer.loading': 'Loading…',
  'viewer.too-large': 'This picture is too large to show here. Open it from its folder.',
  'viewer.unreadable': "This picture can't be shown. The file may be damaged.",

  'files.progress': 'Progress of {names}',
  'files.saved': 'Saved in {folder}',
  'files.copy-path': 'Copy path',

  'files.state.offered': 'Wants to send you this',
  'files.state.offered-own': 'Waiting for {name} to accept',
  'files.state.starting': 'Starting…',
  'files.state.running': '{done} of {size}',
  'files.state.speed': '{speed} per second',
  'files.state.left': '{time} left',
  'files.state.paused': 'You paused this. {done} of {size}',
  'files.state.done': 'Received',
  'files.state.done-own': 'Delivered',
  'files.state.declined': 'You declined this',
  'files.state.declined-own': '{name} declined',
  'files.state.cancelled': 'Cancelled',

  'files.withdraw': 'Withdraw',
  'files.room.offered': '{name} offers this to everyone here',
  'files.room.have-it': '{count, number} of {of, number} have fetched it.',
  'files.room.keep': 'Keep these files where they are: others fetch them from here.',
  'files.room.withdrawn': '{name} withdrew this',
  'files.room.withdrawn-own': 'You withdrew this',
  'files.room.show-pictures': 'Show small {count, plural, one {picture} other {pictures}}',
  'files.room.pictures-come':
    'Waiting for the small {count, plural, one {picture} other {pictures}} from {name} or another member.',
  'files.room.nobody': 'Nobody here has this now. The transfer goes on once somebody does.',
} as const;
