/**
 * Why a call was refused, by code. The core and src/main/node answer codes and values; hosts make the sentence with `describeRefusal`.
 * The codes of commands are documented in docs/AUTOMATION.md.
 */

import { fileProblem } from './common.ts';
import { expectedValue } from './settings.ts';

/** Where a passphrase was read from. */
const suggested = 'A passphrase that no one guesses: {suggestion}';
const keySource = '{source, select, file {The team key file {path}} variable {HALLWAY_TEAM_KEY} other {}}';
const keyLine = `${keySource}, {line, select, first {first line} second {second line} other {}}`;

export const refusalMessages = {
  'refusal.bad-name': 'A name needs at least one visible character.',
  'refusal.name-reserved': '"{name}" is reserved. Choose another name.',
  'refusal.name-in-use': `{likeness, select,
    same {Someone here is already called "{name}".}
    alike {That looks like the name of "{name}", who is here.}
    other {}}`,

  'refusal.bad-address': `{reason, select,
    unreadable {"{address}" isn't an address. Write HOST:PORT, with the port shown in the other Hallway.}
    notUnicast {No one can be reached at {address}. Write HOST:PORT, with the unicast port shown in the other Hallway.}
    noZone {{address} needs an adapter, as in [fe80::1%eth0]:{port}.}
    own {{address} is your own address. Others may use it to add you.}
    other {}}`,
  'refusal.unknown-setting': 'There\'s no setting "{key}".',
  'refusal.setting-locked': 'A policy of this computer decides the setting "{key}".',
  'refusal.bad-value': `"{key}" must be ${expectedValue}.`,
  'refusal.not-saved': '"{key}" couldn\'t be saved. It applies until you close Hallway. "health" says why.',

  'refusal.unknown-host': 'There\'s no computer called "{host}" here.',
  'refusal.too-many': "Hallway can't remember more addresses. Remove one first.",
  'refusal.no-answer': 'No one answered at {address}. Hallway remembers the address and keeps trying.',

  'refusal.unknown-peer': `{by, select,
    name {No one called "{who}" was ever seen here.}
    nothing {You can't message anyone right now.}
    peerId {No one with that ID was ever seen here.}
    other {}}`,
  'refusal.ambiguous-name': 'Several people are called "{name}". Use an ID instead.',

  'refusal.empty': "There's nothing to send.",
  'refusal.too-long': 'A message can have at most {limit, number} bytes. Send it in parts.',
  'refusal.to-self': "That's you.",
  'refusal.blocked': 'You blocked this person. Unblock them first.',
  'refusal.not-kept': "The message couldn't be saved, so it wasn't sent. The disk may be full.",

  'refusal.profile-in-use': `{holder, select,
    known {Hallway process {pid} is using the profile {directory} (started {since}).}
    silent {Another Hallway process is using the profile {directory}, and doesn't respond.}
    other {}} Close it, or choose another profile folder.`,
  'refusal.profile-unusable': `{reason, select,
    insideFile {The profile {directory} is inside a file.}
    notFolder {The profile {directory} isn't a folder.}
    other {}} Choose another profile folder.`,
  'refusal.team-key-unusable': `{problem, select,
    absent {${keySource} doesn't exist. ${suggested}}
    unreadable {${keySource} couldn't be read (${fileProblem}).}
    empty {${keySource} is empty. Write the passphrase on its first line. ${suggested}}
    manyLines {${keySource} has more than {limit} lines: one passphrase, and one more that is also accepted.}
    tooShort {${keyLine}: a passphrase needs at least {limit} characters. Several words are best. ${suggested}}
    tooLong {${keyLine}: a passphrase can't have more than {limit} characters.}
    other {}}`,
} as const;
