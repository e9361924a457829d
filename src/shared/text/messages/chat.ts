/**
 * The texts of the terminal chat, `hallway chat`. Lines that begin with `*` report events, and
 * those with `!` problems.
 */

const unread = '{count} unread';

export const chatMessages = {
  'chat.welcome': "* You're {name}. /users lists the people here, /pm NAME starts a conversation, /help lists all commands.",
  'chat.goodbye': 'Goodbye.',
  'chat.leave-again': '* Press Ctrl+C again to leave. Ctrl+D and /quit also leave.',
  'chat.pasted': '* You pasted {count} lines. Enter sends them as one message, Ctrl+U discards them.',
  'chat.paste-too-long': '! That was too long to paste: a message can have at most {limit, number} bytes.',
  'chat.not-readable': "! Messages can't be read right now.",
  'chat.problem': '! {title}. {remedy}',
  'chat.problem-over': '* Resolved: {title}',
  'chat.error': '! {refusal}',

  'chat.help.help': 'Lists the commands, or explains one.',
  'chat.help.users': 'Lists the people who are here, and those who left.',
  'chat.help.pm': 'Opens the conversation with someone, and sends TEXT. Put a NAME with spaces in "quotes". A peerId works too.',
  'chat.help.join': 'Joins a room and opens it, or accepts an invitation. Without ROOM, lists the rooms here.',
  'chat.help.leave': 'Closes the open conversation with someone, or leaves the open room or ROOM.',
  'chat.help.rooms': 'Lists the rooms here, and your private rooms.',
  'chat.help.new': 'Creates a private room. Commas separate the people, as in /new Party: Ana, Bo',
  'chat.help.invite': 'Adds people to the open private room.',
  'chat.help.remove': 'Removes people from the open private room. They keep what they already have.',
  'chat.help.title': 'Changes the title of the open private room.',
  'chat.help.topic': 'Changes the topic of the open room. Without TEXT, shows it.',
  'chat.help.send': 'Offers a file or folder in the open conversation.',
  'chat.help.accept': 'Accepts the latest offer of files in the open conversation. Without DIR, uses your folder for files.',
  'chat.help.decline': 'Declines the latest offer of files in the open conversation.',
  'chat.help.me': "Says what you're doing, in the open conversation.",
  'chat.help.cancel': 'Cancels your latest waiting message in the open conversation.',
  'chat.help.history': 'Shows the latest N messages of the open conversation ({count} by default).',
  'chat.help.search': 'Finds messages that contain every word of TEXT, in all conversations.',
  'chat.help.nick': 'Changes your name.',
  'chat.help.status': 'Changes your status.',
  'chat.help.note': 'Changes the note beside your name. Without TEXT, removes it.',
  'chat.help.quit': 'Leaves Hallway. Ctrl+D, and Ctrl+C twice, do the same.',
  'chat.help.text': '  Other text goes to the open conversation. Tab completes commands and names.',

  'chat.unknown-command':
    "! There's no command {word}. /help lists the commands. To send a text that begins with a slash, type two slashes.",
  'chat.send-what': 'Send which file? For example: /send report.pdf',
  'chat.send-whom': '! Open a conversation first: /pm NAME for a person, /join ROOM for a room.',
  'chat.files-have-it': '* {count, number} of {of, number} have {name}.',
  'chat.no-offer': '! No files are offered here.',
  'chat.transfer': `* {name}{others, plural, =0 {} other { and # more}} ({size}): {state, select,
    accepted {accepted}
    waiting {{why}}
    paused {paused}
    done {arrived: {paths}}
    declined {declined}
    cancelled {cancelled}
    other {{why}}}`,
  'chat.unknown-help': "! There's no command {word}. /help lists the commands.",
  'chat.nothing-to-leave': '! No conversation is open. /quit leaves Hallway.',
  'chat.no-rooms': '! There are no rooms right now. /pm NAME messages one person.',
  'chat.no-room-open': '! No room is open. /join ROOM opens one.',
  'chat.rooms': '* Rooms: {rooms}. /join ROOM opens one, or a new one.',
  'chat.room-listed':
    '{room} ({members, plural, =0 {no one else} one {# other} other {# others}}{joined, select, yes {} other {, not joined}})',
  'chat.opened-room':
    "* You're in {room} with {members, plural, =0 {no one else yet} one {# other person} other {# other people}}. {readers, select, anyone {Anyone on this network can read along. } other {}}/leave leaves it, /join #everyone switches back.",
  'chat.opened-private':
    "* You're in the private room {room} ({name}) with {names}. Members only, end-to-end encrypted. If you remove someone, they keep what they already have. /leave leaves it, /join #everyone switches back.",
  'chat.private-listed':
    '{room} {name} ({standing, select, invited {invited, /join accepts} removed {removed, /leave forgets it} other {{members, plural, =0 {no one else here} one {# other here} other {# others here}}}})',
  'chat.no-one': 'no one else',
  'chat.no-private-open': '! No private room is open. /new TITLE: NAME, NAME creates one.',
  'chat.new-what': '! A title and people, please: /new Party: Ana, Bo',
  'chat.invite-whom': '! Whom? /{command} NAME, NAME',
  'chat.invited': '* {name} invites you to the private room «{title}». /join {room} accepts, /leave {room} declines.',
  'chat.room-added': '* {name} added {names} to {room}',
  'chat.room-removed': '* {name} removed {names} from {room}',
  'chat.room-renamed': '* {name} changed the title to «{title}»',
  'chat.topic': '* Topic of {room}: {topic}',
  'chat.no-topic': '* {room} has no topic. /topic TEXT sets one.',
  'chat.left-room': '* You left {room}.',
  'chat.members': '* In {room} with you ({count}){count, plural, =0 {} other {: {names}}}',
  'chat.author-in': '{name} in {room}',
  'chat.kept-mark': ' [{count} of {of} have it]',
  'chat.late-mark': ' [late]',
  'chat.ahead-mark': ' [their clock is ahead]',
  'chat.room-joined': '* {names} joined {room}',
  'chat.room-left': '* {names} left {room}',
  'chat.room-topic': '* {name} changed the topic of {room}: {topic}',
  'chat.room-no-topic': '* {name} removed the topic of {room}',
  'chat.me-what': "! Say what you're doing: /me waves",
  'chat.history-count': '! How many? A number from 1 to {limit}.',
  'chat.search-what': '! Search for what? /search TEXT',
  'chat.pm-whom': '! With whom? /pm NAME. /users lists the people here.',
  'chat.no-recipient': '! No conversation is open, so nothing was sent. /pm NAME opens one. /users lists the people here.',
  'chat.none-open': '! No conversation is open.',
  'chat.none-open-pm': '! No conversation is open. /pm NAME opens one.',
  'chat.candidate': '  /pm {peerId}  {name}{where, select, away {, not here} other {}}',

  'chat.your-name': "* You're {name}. /nick NAME changes that.",
  'chat.name-changed': "* You're now {name}.",
  'chat.which-status': "! You're {status}. You can be: {statuses}.",
  'chat.title': 'Hallway',
  'chat.title-unread': '({count, number}) Hallway',
  'chat.busy-until': 'busy until {time}',
  'chat.status-changed': "* You're now {status}.",
  'chat.note-removed': '* Your note was removed.',
  'chat.note-changed': '* Your note: {note}',

  'chat.nobody': '* No one else is here yet.',
  'chat.here': '* Here ({count}):',
  'chat.recently': '* Recently here: {names}',
  'chat.joined': '* Here: {names}',
  'chat.renamed': '* {before} is now called {name}',
  'chat.left': '* {reason, select, goodbye {{name} left} other {Lost contact with {name}}}',
  'chat.new-key': `! {likeness, select,
    alike {This {name} isn't the {earlier} you {verified, select, yes {verified} other {met before}}: the names only look alike.}
    other {This isn't the {name} you {verified, select, yes {verified} other {met before}}: the key is different.}} Ask them in person before you trust them.`,
  'chat.your-name-too':
    "! {name} has {likeness, select, alike {a name that looks like yours} other {the same name as you}}, but another key. If that isn't another computer of yours, ask them in person before you trust them.",
  'chat.many-unmet': "! {count} people called {name} are here that you haven't met. Ask them in person before you trust one.",
  'chat.more-unmet':
    '! {count, plural, one {# more person uses} other {# more people use}} the name of someone you met. /users shows their codes.',
  'chat.many-left': '* {count, plural, one {# more person} other {# more people}} left',
  'chat.unread-person': '{name} [{count} unread]',
  'chat.unread-list': '* Unread: {names}. /pm NAME shows them.',
  'chat.unread-prompt': `(${unread}) `,
  'chat.unread-mark': ` [${unread}]`,
  'chat.unread-message': `* {name} (${unread}): `,

  'chat.opened':
    "* You're talking to {name}. {where, select, here {} other {They aren't here: messages wait for them. }}/leave closes this.",
  'chat.many-unread': '* These are the latest {shown} of {count} unread. hallway export has them all.',
  'chat.too-late': "! Nothing is waiting here. Messages on their way can't be cancelled.",
  'chat.nothing-found': '* Nothing was found.',
  'chat.you': 'you',
  'chat.you-object': 'you',
  'chat.you-to': 'you to {name}',
  'chat.more-lines': '({count, plural, one {# more line} other {# more lines}})',
  'chat.mark': `  [{state}]{where, select, open {} other { to {name}}} "{excerpt}" {state, select,
    queued {waits until they can be reached; /cancel cancels it}
    sent {was sent, but isn't confirmed yet}
    failed {was refused}
    other {}}`,
} as const;
