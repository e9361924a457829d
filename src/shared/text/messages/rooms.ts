/** The page's texts about rooms. */

const others = '{count, plural, one {# other person} other {# other people}}';

export const roomMessages = {
  'rooms.title': 'Rooms',
  'rooms.join': 'Join a room',
  'rooms.not-joined': 'Not joined',
  'rooms.members': '{count, plural, one {# person} other {# people}}',
  'rooms.muted': 'Muted',

  'room.name': 'Room {room}',
  'room.alone': 'No one else is here right now',
  'room.others': `${others} here`,
  'room.topic': 'Topic',
  'room.add-topic': 'Add a topic',
  'room.details': 'Members and settings',
  'room.you': '{name} (you)',
  'room.mute': 'Mute this room',
  'room.leave': 'Leave room',
  'room.leave.text': 'You stay out of {room} until you join it again. Messages you have stay on this computer.',
  'room.close': 'Close',
  'room.here': 'Here now ({count})',

  'room.open-note':
    'Anyone on this network can join and read along, because you use no team key. Messages here are signed: anyone who has one can prove its author.',
  'room.open-note.close': 'Got it',
  'room.empty': 'Nothing has been said in {room} yet. Your messages reach everyone here, and others when they come back.',
  'room.not-joined': "You aren't in {room}. Join it to read and write.",
  'room.members-there':
    '{count, plural, =0 {No one is in it right now.} one {One person is in it right now.} other {# people are in it right now.}}',
  'room.join-this': 'Join {room}',
  'room.nobody-hint': 'No one else is in {room} right now. Others get your message when they come back.',

  'room.joined': '{count, plural, =0 {{names} joined} other {{names} and # others joined}}',
  'room.left': '{count, plural, =0 {{names} left} other {{names} and # others left}}',
  'room.topic-changed': '{name} changed the topic: {topic}',
  'room.topic-removed': '{name} removed the topic',

  'room.kept-by': '{count} of {of} have it',
  'room.kept-by-all': 'Everyone here has it',
  'room.kept-by-nobody': 'No one else was here',

  'room.late':
    '{count, plural, one {# earlier message arrived} other {# earlier messages arrived}}, {first}{last, select, none {} other { to {last}}}',
  'room.late.close': 'Dismiss',
  'room.ahead': '{count, plural, one {# message} other {# messages}} from {name}, whose clock is {aheadMs} ahead',
  'room.ahead.show': 'Show',
  'room.ahead.hide': 'Hide',

  'join.existing': 'On this network',
  'join.none': "There are no other rooms here yet. Give a name to start one: it's there as soon as you're in it.",
  'join.name': 'Name of a room',
  'join.hint': 'Letters, digits, dots, hyphens and underscores. Everyone who types the same name is in the same room.',
  'join.join': 'Join',
  'join.cancel': 'Cancel',
} as const;
