/**
 * Health entries, by code: a problem that the user can feel (title) and its remedy.
 * docs/AUTOMATION.md documents the codes. The core and src/main/node raise them as codes and
 * values; `describe-problem.ts` makes the sentences.
 */

import { expectedValue } from './settings.ts';
import { fileProblem as why } from './common.ts';

/** The contacts that a new history took over from the old one. */
const contactsKept = `{contacts, select,
  all {Everyone you met, verified or blocked was kept.}
  none {Verify and block people again.}
  other {{count, plural, one {Only # person} other {Only # people}} could be carried over. Check whether anyone you verified or blocked is missing.}}` as const;
/** The remedy for a file that another user owns, often because root once wrote it. */
const owning = `{reason, select,
  EACCES {Make yourself its owner (chown).}
  EPERM {Make yourself its owner (chown).}
  other {Check the file.}}` as const;
const contactsLost = '{contacts, select, none {, with no one verified or blocked} other {}}';

export const healthMessages = {
  'health.no-network.title': "You're not connected to a network",
  'health.no-network.remedy': 'Connect to Wi-Fi or plug in a network cable. Hallway reconnects on its own.',
  'health.looks-offline.title': 'You seem to be offline',
  'health.looks-offline.remedy':
    "No one is answering, so it's probably this computer. Check your cable, Wi-Fi or VPN. The list is paused until you're back.",
  'health.key-in-use.title': 'Another computer is using a copy of your profile',
  'health.key-in-use.remedy':
    'Others see both of you as one person. Close Hallway on the other computer, delete the copied profile folder there, and start Hallway there again.',
  'health.port-taken.title': 'Another program is using UDP port {port}',
  'health.port-taken.remedy':
    'Close that program; Hallway keeps trying. Or choose another network port in the settings of Hallway on every computer.',
  'health.network-silent.title': 'Hallway hears nothing on this network, not even itself',
  'health.network-silent.remedy':
    'A firewall or VPN may be blocking it. Allow Hallway to receive UDP and TCP. Hallway is restarting its networking.',
  'health.network-restarting.title': 'Networking failed and is being restarted',
  'health.network-restarting.remedy': 'If this keeps happening, send this to your IT support: {cause}.',
  'health.interface-failed.title': "Hallway can't use {adapters}",
  'health.interface-failed.remedy': "You won't see people on that network. Check the adapter, or exclude it under Network.",
  'health.adapters-left-out.title': "Hallway doesn't use {names}, because it uses {limit} adapters at most",
  'health.adapters-left-out.remedy':
    "You won't see people there. If you need {count, plural, one {it} other {one of them}}, exclude other adapters under Network.",
  'health.neighbour-table-full.title': "This computer's network table is full, so Hallway can't reach everyone",
  'health.neighbour-table-full.remedy':
    "People may show up late or not at all. Ask your IT support: on Linux, they can raise net.ipv4.neigh.default.gc_thresh3 and net.ipv6.neigh.default.gc_thresh3, for example to 8192. Containers share the host's limit.",
  'health.messages-not-kept.title': `Messages can't be saved: {reason, select,
    full {the disk is full}
    readOnly {the profile folder can't be written to}
    busy {another program is using the database}
    corrupt {the database is damaged}
    other {the database isn't responding}}`,
  'health.messages-not-kept.remedy': `{reason, select,
    full {Free some disk space.}
    readOnly {Make the profile folder writable.}
    busy {Close the other program.}
    other {Check the disk.}} Until then, nothing is sent or received.`,
  'health.messages-not-delivered.title':
    "{others, plural, =0 {Messages to {name} aren't getting through} one {Messages to {name} and one other person aren't getting through} other {Messages to {name} and # others aren't getting through}}",
  'health.messages-not-delivered.remedy': `{name} is here, {cause, select,
    firewall {but firewalls on both computers probably block Hallway. Ask {name} to allow TCP port {port} there, or allow TCP port {ownPort} on this computer. One side is enough.}
    size {but larger packets are lost on the way. Give all adapters and switches between you the same packet size (MTU), usually 1500. Turn off jumbo frames, unless every device supports them. A VPN can cause this too.}
    other {but connections to their computer break off. Check the firewall there, and that all adapters and switches use the same packet size (MTU).}} Hallway keeps trying, and your messages wait.`,
  'health.strangers-wait.title': "People you don't know are sending too many messages",
  'health.strangers-wait.remedy': 'New messages from them wait. Block a sender, or reply to let theirs through.',
  'health.strangers-flood.title': "People you don't know are sending you very long or very many messages",
  'health.strangers-flood.remedy':
    "Hallway saves them, and your other messages aren't held up. Block a sender whose messages you don't want, or reply to one whose messages you do.",
  'health.flooded.title': 'This network is being flooded with traffic',
  'health.flooded.remedy':
    "Hallway drops the excess, so new people may show up late. Find the device that's sending it, or tell your IT support.",
  'health.forged-addresses.title': "Someone is sending under addresses that aren't theirs",
  'health.forged-addresses.remedy':
    "Hallway limits its answers to such addresses, and shows no one as online who doesn't answer from their own. Find the device that's sending, or tell your IT support.",
  'health.connections-refused.title': 'A computer is opening too many connections to yours',
  'health.connections-refused.remedy':
    'Hallway refuses the excess, so messages from people who just arrived may be late. Find the computer that does this, or tell your IT support.',
  'health.list-full.title': 'More than {limit} people are here',
  'health.list-full.remedy':
    "The latest arrivals aren't shown. Split the network, or give each group a network port of its own in the settings.",

  'health.newcomers-forgotten.title': 'Unknown people come and go by the hundred',
  'health.newcomers-forgotten.remedy':
    "Hallway can't remember all of them, so it may not warn you when someone takes another person's name. It still knows everyone you messaged, verified or blocked. Find the device that sends so much, or tell your IT support.",

  'health.room-unheard.title': 'No one gets what you say in {rooms}',
  'health.room-unheard.remedy':
    'People are there, but neither multicast nor connections from you arrive. Allow Hallway in the firewalls, here and there: UDP port {port} and TCP port {tcpPort}. On Wi-Fi, turn off client isolation. Your messages wait.',
  'health.room-behind.title': 'You miss messages in {rooms}',
  'health.room-behind.remedy':
    '{name} has them, but no connection to their computer opens. Allow TCP port {theirPort} in the firewall there, or TCP port {tcpPort} on this computer. Hallway keeps trying.',
  'health.room-key-used-twice.title': "{name}'s key signed two different messages; it may be used twice",
  'health.room-key-used-twice.remedy':
    'Everyone sees the same one of the two. Ask {name} whether a copy of their profile runs on another computer. If not, someone may have taken their key.',
  'health.room-copies-differ.title': 'A message in {room} is another one at {name} than here',
  'health.room-copies-differ.remedy':
    'Their computer or yours may have a damaged database, or a faulty version of Hallway. Update both. If it happens again, send a problem report from both to your IT support.',

  'health.identity-replaced.title': "Your identity couldn't be read, so you have a new one",
  'health.identity-replaced.remedy':
    'Others see you as someone new. The old file was saved as {asidePath}. If you have a backup of identity.pem, restore it while Hallway is closed.',
  'health.identity-temporary.title': "Your identity couldn't be saved, so it only lasts until you close Hallway",
  'health.identity-temporary.remedy': `Hallway couldn't save {path} (${why}). Make the folder writable or choose another profile folder. Then start Hallway again.`,
  'health.identity-unavailable.title': "Your identity can't be read now, so others see you as someone new",
  'health.identity-unavailable.remedy': `Your identity is still in {path} (${why}), and Hallway leaves it there. ${owning} Then start Hallway again.`,
  'health.setting-invalid.title': "Hallway can't use {keys} in settings.json, so the default applies",
  'health.setting-invalid.remedy': `"{key}" must be ${expectedValue}. Choose a value in the settings, or correct {path} while Hallway is closed. Until then, the default applies.`,
  'health.settings-unreadable.title': "Your settings couldn't be read, so Hallway started with the defaults",
  'health.settings-unreadable.remedy': `{kept, select,
    aside {Set your name and status again. The old file was saved as {path}.}
    there {Your settings may still be in {path} (${why}). ${owning} Then start Hallway again. Until then, Hallway leaves the file alone and doesn't save changes.}
    other {}}`,
  'health.policy-invalid.title': "Hallway can't use {names} in your organization's policy",
  'health.policy-invalid.remedy':
    'Nothing is locked by these entries; all others apply. Send this to your IT support: {path}. Each entry needs the name of a setting, a valid value, and locked as true or false.',
  'health.policy-unreadable.title': "Your organization's policy can't be read, so nothing is locked",
  'health.policy-unreadable.remedy': `Send this to your IT support: {path} (${why}).`,
  'health.policy-untrusted.title': "Hallway ignores a policy that isn't safe, so nothing is locked",
  'health.policy-untrusted.remedy':
    'People other than administrators may change {path} or its folder. Send this to your IT support: both must belong to root or the administrators, and no one else may write them.',
  'health.profile-not-writable.title': "Hallway can't save anything",
  'health.profile-not-writable.remedy':
    "Your changes are lost when you close Hallway. Check that the disk isn't full and that you can write to {directory}.",
  'health.profile-exposed.title': 'Others on this computer can open your profile folder',
  'health.profile-exposed.remedy':
    'They may be able to read your messages or replace your identity. Make {directory} yours alone (chown, then chmod 700), or choose another profile folder.',
  'health.profile-not-locked.title': "Hallway can't tell whether this profile is already in use",
  'health.profile-not-locked.remedy': 'Make sure that only one Hallway uses {directory}, or choose another profile folder.',
  'health.team-key-exposed.title': 'Others on this computer can read your team key',
  'health.team-key-exposed.remedy':
    'Make {path} readable by you alone (chmod 600). If someone may have read it, agree on a new passphrase with your team.',
  'health.team-key-weak.title': "Your team's passphrase is easy to guess",
  'health.team-key-weak.remedy':
    'Agree on another one: at least four random words. With an empty team key file, Hallway suggests one when it starts.',

  'health.sandbox-off.title': 'Hallway is running without the browser sandbox',
  'health.sandbox-off.remedy':
    'A fault in its window could endanger your whole account. Start Hallway from the menu. If that changes nothing, install its deb or rpm package.',
  'health.shortcut-taken.title': "Hallway can't use {shortcut} to show its window",
  'health.shortcut-taken.remedy': 'Another program or the system uses these keys. Choose others in the settings.',
  'health.login-item-failed.title': "Hallway couldn't change whether it starts when you log in",
  'health.login-item-failed.remedy':
    'Check that your configuration folder can be written to ({reason}), and change the setting again.',

  'health.log-not-writable.title': "Hallway can't write its log",
  'health.log-not-writable.remedy': `Everything else works, but problem reports won't include the log. Check {path} (${why}).`,

  'health.history-not-kept.title': `Your messages will be lost when you close Hallway: {cause, select,
    noSqlite {this Node.js was built without SQLite}
    file {{path} can't be used (${why})}
    other {}}`,
  'health.history-not-kept.remedy': `{cause, select,
    noSqlite {Start Hallway with the Node.js from nodejs.org.}
    file {Check that the disk isn't full and that you can write to {path}. Then start Hallway again.}
    other {}}`,
  'health.history-replaced.title': `Your messages couldn't be read, so Hallway started a new history${contactsLost}`,
  'health.history-replaced.remedy': `The old file was saved as {asidePath}, with everything in it. ${contactsKept} Messages waiting for delivery won't be sent. If you have a backup of messages.db, restore it while Hallway is closed.`,
  'health.history-from-newer.title': `A newer Hallway saved your messages, so this one started a new history${contactsLost}`,
  'health.history-from-newer.remedy': `Install the newer version again. The old file was saved as {asidePath}: rename it to messages.db while Hallway is closed. ${contactsKept} Messages waiting for delivery won't be sent.`,
  'health.history-read-only.title': "You can read messages, but can't send, receive or save new ones",
  'health.history-read-only.remedy': `{path} can't be written to (${why}). Make the file and its folder writable, then start Hallway again.`,
  'health.history-in-use.title': "Messages can't be read or saved: another program is using the file",
  'health.history-in-use.remedy':
    'Close the program that uses {path}, such as a backup or a database viewer. Then start Hallway again.',
} as const;
