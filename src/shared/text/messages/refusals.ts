/**
 * Refusals of calls, by code. The core and src/main/node return codes and values; hosts make the
 * sentence with `describeRefusal`. docs/AUTOMATION.md documents the codes of commands.
 */

import { fileProblem, whyNoBanner } from './common.ts';
import { expectedValue } from './settings.ts';

const suggested = 'A passphrase that no one guesses: {suggestion}';
/** The source of a passphrase. */
const keySource = '{source, select, file {The team key file {path}} variable {HALLWAY_TEAM_KEY} other {}}';
const keyLine = `${keySource}, {line, select, first {first line} second {second line} other {}}`;

export const refusalMessages = {
  'refusal.bad-name': 'A name needs at least one visible character.',
  'refusal.name-reserved': '"{name}" is reserved. Choose another name.',
  'refusal.name-in-use': `{likeness, select,
    same {Someone here is already called "{name}".}
    alike {That looks too much like "{name}", who is here.}
    other {}}`,

  'refusal.bad-address': `{reason, select,
    unreadable {"{address}" isn't an address. Write HOST:PORT, with the port shown in the other Hallway.}
    notUnicast {No one can be reached at {address}. Write HOST:PORT, with the unicast port shown in the other Hallway.}
    noZone {{address} needs an adapter, as in [fe80::1%eth0]:{port}.}
    own {{address} is your own address. Others can use it to add you.}
    other {}}`,
  'refusal.unknown-setting': 'There\'s no setting "{key}".',
  'refusal.setting-locked': 'A policy on this computer controls the setting "{key}".',
  'refusal.bad-value': `"{key}" must be ${expectedValue}.`,
  'refusal.not-saved': '"{key}" couldn\'t be saved. It only lasts until you close Hallway. Check that the disk isn\'t full.',

  'refusal.unknown-host': 'There\'s no computer called "{host}" here.',
  'refusal.too-many': "Hallway can't remember more addresses. Remove one first.",
  'refusal.no-answer': 'No one answered at {address}. Hallway remembers the address and keeps trying.',

  'refusal.unknown-peer': `{by, select,
    name {No one called "{who}" has ever been here.}
    nothing {You can't message anyone right now.}
    peerId {No one with that ID has ever been here.}
    other {}}`,
  'refusal.ambiguous-name': `{why, select,
    sameName {"{name}" has a different key than the {earlier} you met before. It could be a new computer, or someone using the same name. Ask them in person, then use an ID. Once you verify them in the app, the name is enough.}
    lookAlike {The name "{name}" looks like {earlier}, another person you met before. Use the ID of the one you mean. Once you verify them in the app, the name is enough.}
    other {Several people are called "{name}". Use an ID instead.}}`,

  'refusal.empty': "There's nothing to send.",
  'refusal.too-long': 'A message can have at most {limit, number} bytes. Send it in parts.',
  'refusal.to-self': "That's you.",
  'refusal.blocked': 'You blocked this person. Unblock them first.',
  'refusal.draft-sent': 'You sent this already, in another window or page.',
  'refusal.draft-not-kept': "Couldn't save what you wrote. The disk may be full.",
  'refusal.not-kept': "The message couldn't be saved, so it wasn't sent. The disk may be full.",

  'refusal.files-unusable': `{reason, select,
    empty {There are no files to send.}
    notFound {{path} doesn't exist.}
    noAccess {You aren't allowed to read {path}.}
    notAFile {{path} is neither a file nor a folder.}
    tooManyPaths {Send at most 1,000 files and folders at once. A folder counts once, whatever is in it.}
    tooManyFiles {These are more than 100,000 files. Send them in parts.}
    tooLarge {These files are too large together. Send them in parts.}
    badName {The name of {path} can't be sent. Rename it.}
    changed {{path} changed while it was read. Try again.}
    aborted {Hallway is closing.}
    other {{path} can't be read.}}`,
  'refusal.too-many-offers': "You're offering too many files at once. Wait until some of them have arrived.",
  'refusal.unknown-transfer': "There's no such offer of files.",
  'refusal.transfer-over': 'This offer was answered already, or it has ended.',
  'refusal.transfer-not-accepted': "These files haven't been accepted yet.",
  'refusal.transfer-not-kept': "Couldn't save this. The disk may be full.",
  'refusal.folder-unusable': `{reason, select,
    vanished {{directory} isn't a folder.}
    noAccess {You aren't allowed to write to {directory}.}
    diskFull {The disk of {directory} is full.}
    diskReadOnly {The disk of {directory} is read-only.}
    other {Files can't be saved in {directory}.}} Choose another folder.`,

  'refusal.bad-room':
    '"{name}" can\'t be the name of a room. Use up to {limit} letters, digits, dots, hyphens and underscores, in one alphabet.',
  'refusal.not-joined': "You aren't in #{name}. Join it first.",
  'refusal.too-many-rooms': "You can't be in more than {limit} rooms. Leave one first.",
  'refusal.too-many-pins': 'You can pin at most {limit} conversations. Unpin one first.',
  'refusal.topic-too-long': 'A topic can have at most {limit} characters.',
  'refusal.topic-too-soon': 'You changed the topic just now. Try again in a few seconds.',

  'refusal.unknown-room': "You aren't in the private room {name}.",
  'refusal.bad-title': 'A title needs at least one visible character.',
  'refusal.too-many-people': 'A private room can have at most {limit} people.',
  'refusal.not-admin': 'Only an admin of the room can do that. Admins are removed by the creator alone.',
  'refusal.not-a-member': "That person isn't in the room.",
  'refusal.list-full': 'The members of this room changed too often. Create a new room.',
  'refusal.permission-denied': whyNoBanner.denied,
  'refusal.not-supported': whyNoBanner.unsupported,
  'refusal.turned-off-in-system': 'Notifications are turned off on this computer. Turn them on in its settings.',
  'refusal.do-not-disturb': "You don't want to be disturbed now: you're busy, or it's a quiet time. Change that first.",

  'refusal.profile-in-use': `{holder, select,
    known {Hallway process {pid} is using the profile {directory} (started {since}).}
    silent {Another Hallway process is using the profile {directory}, and doesn't respond.}
    other {}} Close it, or choose another profile folder.`,
  'refusal.profile-missing': "There's no profile in {directory}.",
  'refusal.profile-not-empty':
    "There's already a profile in {directory}. Import into an empty folder, before Hallway starts there for the first time.",
  'refusal.archive-unusable': `{reason, select,
    notArchive {{path} isn't a saved profile.}
    wrongPassphrase {The passphrase is wrong, or {path} is damaged.}
    damaged {{path} is damaged or incomplete. Save the profile again.}
    other {{path} can't be read (${fileProblem}).}}`,
  'refusal.archive-not-written': `Couldn't write {path} (${fileProblem}). Nothing was moved.`,
  'refusal.profile-unusable': `{reason, select,
    insideFile {The profile {directory} is inside a file.}
    notFolder {The profile {directory} isn't a folder.}
    noHome {You have no home folder on this computer, so there's no place for a profile.}
    other {}} {reason, select, noHome {Choose a profile folder.} other {Choose another profile folder.}}`,
  'refusal.team-key-unusable': `{problem, select,
    absent {${keySource} doesn't exist. ${suggested}}
    unreadable {${keySource} couldn't be read (${fileProblem}).}
    empty {${keySource} is empty. Write the passphrase on its first line. ${suggested}}
    manyLines {${keySource} has more than {limit} lines. It takes one passphrase, and optionally a second one that's also accepted.}
    tooShort {${keyLine}: a passphrase needs at least {limit} characters. Use several words. ${suggested}}
    tooLong {${keyLine}: a passphrase can't have more than {limit} characters.}
    other {}}`,
} as const;
