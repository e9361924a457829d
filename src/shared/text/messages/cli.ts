/**
 * The texts of the `hallway` command, apart from its help (help.ts) and the terminal chat
 * (chat.ts).
 */
import { fileProblem } from './common.ts';

/** Part of a message: a text that looks like an option. `takes` says what the command takes. */
const ifText = `{takes, select,
  text { If {option} is text, put -- before it, as in: hallway send Ana -- {option}}
  words { If {option} is text, put -- before it.}
  other {}}`;

const messages = '{count, plural, one {# message} other {# messages}}';

export const cliMessages = {
  'cli.see-help': 'Run hallway --help for the commands and options.',
  'cli.no-command': 'Which command? For example: hallway open',
  'cli.unknown-command': 'There\'s no command "{name}". The commands are: {commands}.',
  'cli.excess-word': 'hallway {command} doesn\'t take "{word}".',
  'cli.unknown-option': `There's no option {option}.${ifText}`,
  'cli.option-elsewhere': 'hallway {command} has no option {option}.',
  'cli.no-rooms': "This profile has no rooms right now, so --room can't join any.",
  'cli.run-needs-json': 'hallway run needs --json, its only format.',
  'cli.send-what': 'Send what to whom? For example: hallway send Ana "See you at two"',
  'cli.say-what': 'Say what in which room? For example: hallway say everyone "Lunch is here"',
  'cli.send-quotes': 'hallway {command} takes one TEXT. Put it in quotes, and a name with spaces too.',
  'cli.send-files-what': 'Send which files to whom? For example: hallway send-files Ana report.pdf',
  'cli.send-files-one-room': 'Send files to one room at a time.',
  'cli.export-where': 'Export to which file? For example: hallway export history.txt',
  'cli.completion-what': 'Complete in which shell? There are scripts for bash, zsh, fish and powershell.',
  'cli.clear-whom': 'Delete the messages with whom? For example: hallway clear Ana, or hallway clear --all',
  'cli.no-value': "{option} doesn't take a value.",
  'cli.needs-value': '{option} needs a value.',
  'cli.value-like-option': '{option} needs a value. If the value is {value}, write {option}={value}.',
  'cli.two-keys': 'You gave --team-key-file and also set {variable}: use only one of them.',
  'cli.once': 'Give {option} only once.',
  'cli.bad-name': '--name needs at least one visible character.',
  'cli.reserved-name': '--name "{name}" is reserved. Choose another name.',
  'cli.bad-group': '--group needs an IPv4 multicast address, from 224.0.0.0 to 239.255.255.255, not "{text}".',
  'cli.bad-port': '--port needs a number from 1 to 65535, not "{text}".',
  'cli.bad-seconds': '--for needs a number of seconds, more than 0 and up to {limit}, not "{text}".',
  'cli.unknown-adapter': `There's no network adapter {names}. {available, select,
    none {This computer has none.}
    other {This computer has: {available}.}}`,
  'cli.old-node': 'Hallway needs Node.js {oldest} or newer, but this is {version}.',

  'cli.failed': 'Hallway failed: {reason}',
  'cli.other-profile': 'To use another profile, add --profile and its folder.',
  'cli.no-page': 'The user interface is missing from {folder}: build Hallway with npm run build.',
  'cli.open-at': 'Hallway is open at {url}',
  'cli.open-another': 'To open another page: {url}',
  'cli.no-browser': "Couldn't start a browser. Copy the address above and open it in your browser.",
  'cli.not-written': `Couldn't write {file}: ${fileProblem}.`,
  'cli.output-not-written': `Couldn't write standard output: ${fileProblem}.`,
  'cli.no-messages-here': "This profile's messages can't be opened here. {remedy}",
  'cli.exported': `Wrote ${messages} to {file}. Only you can read it.`,
  'cli.report-written': 'Wrote {file}. Only you can read it. Please read it before you send it to anyone.',
  'cli.export-stopped': 'Stopped before all messages were written.',
  'cli.clear-needs-yes': 'hallway clear asks before it deletes, and no one can answer here: add --yes.',
  'cli.clear-question': `{who, select,
    everyone {Delete all messages from this profile?}
    other {Delete the messages with {name} from this profile?}} They can't be recovered. Others keep their copies.`,
  'cli.profile-what': 'Say what to do: hallway profile export FILE, or hallway profile import FILE.',
  'cli.profile.no-folder':
    "You have no home folder on this computer, so there's no place for a profile. Name one with --profile.",
  'cli.profile.passphrase': 'Passphrase for the file:',
  'cli.profile.passphrase-again': 'Again:',
  'cli.profile.passphrases-differ': 'The two passphrases differ. Nothing was written.',
  'cli.profile.short-passphrase': 'The passphrase needs at least {limit} characters.',
  'cli.profile.exported':
    'Saved the profile to {file}, encrypted. Import it on the other computer, and use it on one computer at a time.',
  'cli.profile.imported': 'The profile is in {directory} now. Start Hallway.',
  'cli.clear-no': 'Nothing was deleted.',
  'cli.cleared': `Deleted ${messages}. Undelivered messages stay.`,

  'cli.delivered': 'Delivered.',
  'cli.said': 'Everyone here has it.',
  'cli.said-alone': "No one else is in that room right now. Others get it once they're back.",
  'cli.not-yet': 'Timed out; not delivered yet.',
  'cli.stopped': 'Stopped before it was delivered.',
  'cli.closed': 'Hallway was closed before it was delivered.',
  'cli.rejected': "Their Hallway refused this message, so it wasn't delivered.",
  'cli.cancelled': "The message was cancelled, so it wasn't delivered.",
  'cli.later-open': "The message is saved. Hallway keeps trying while it's open.",
  'cli.later-next': 'The message is saved in this profile, and will be sent the next time Hallway is open.',
  'cli.text-too-long': 'A message can have at most {limit, number} bytes.',
  'cli.not-utf8': "Standard input isn't UTF-8 text.",

  'cli.files-arrived': 'All files arrived.',
  'cli.files-declined': 'They declined the files.',
  'cli.files-cancelled': 'The transfer was cancelled.',
  'cli.files-failed': `{code, select,
    changed {A file changed after it was offered. It has to be sent again.}
    vanished {A file was moved or deleted, so it couldn't be sent.}
    unreadable {A file couldn't be read. Check the disk that it's on.}
    expired {The offer expired before anyone accepted it.}
    damaged {The files that arrived differ from the offer, so they were deleted.}
    noAccess {The system refuses access to the files.}
    badName {A file has a name that can't be saved.}
    otherRefused {The other computer ended the transfer.}
    other {The transfer failed.}}`,
  'cli.files-stopped': 'Stopped before all files arrived.',
  'cli.files-not-yet': 'Timed out; not all files have arrived yet.',
  'cli.receiving': 'Waiting for files. Ctrl+C ends it.',
  'cli.receive-later': 'Nobody called "{name}" is here yet. Hallway keeps looking.',
  'cli.receive-from': 'Accepting files from {name} alone, whose ID is {peerId}.',
  'cli.receive-needs-id': 'Hallway is open with this profile. Give --accept-from the ID of the person, not the name.',
  'cli.not-understood': "Hallway sent an answer that this version doesn't understand.",
  'cli.refused': 'Hallway refused the request.',
  'cli.other-version':
    'Hallway is open with this profile, but in another version. Close it, and use the same version everywhere.',
  'cli.unsafe-folder':
    "Others can write to {folder}, so Hallway won't use the socket there. Make the folder accessible to you alone (chmod 700).",
  'cli.no-answer': "Hallway is open with this profile, but doesn't respond. Close it and try again.",
  'cli.silent': "Hallway doesn't respond. Close it and try again.",
  'cli.crowded': 'Too many commands are talking to Hallway at once. Try again.',

  'cli.nobody': 'No one else is here.',
  'cli.nothing-wrong': 'Everything that can be checked from here looks right.',
  'cli.doctor.adapters': 'Adapters',
  'cli.doctor.none': 'none',
  'cli.doctor.people': 'People: {count}',
  'cli.doctor.unicast-only': '{presence}, by unicast only',
  'cli.doctor.network':
    'Group {group}, UDP port {port}; unicast port {unicastPort}; TCP port {tcpPort}; team key: {teamKey}; passive: {passive}',
  'cli.doctor.choices': 'Added addresses: {addresses}; excluded adapters: {adapters}',
  'cli.doctor.counters': 'Counters: {counters}',
  'cli.doctor.restarted': 'Restarted {time}: {service}: {cause}',
  'cli.doctor.examined': 'Examined {time}',
  'cli.doctor.failed-sends': '{count} ({failures} failed)',
  'cli.doctor.ago': '{passedMs} ago',
  'cli.doctor.never': 'never',
  'cli.doctor.yes': 'yes',
  'cli.doctor.no': 'no',
} as const;
