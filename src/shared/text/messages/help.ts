/** The texts of `hallway --help`, and of the man page. */

export const helpMessages = {
  'help.about': 'Hallway shows the people on your local network.',
  'help.usage': 'Usage: hallway COMMAND [OPTIONS]',
  'help.commands': 'Commands',
  'help.while-open': 'If Hallway is already open with this profile, all commands except open, chat and run use that one.',
  'help.options': 'Options of all commands',
  'help.about-option': '{option, select, help {Print this help.} other {Print the version.}}',
  'help.exit-status':
    'Exit status: 0 done (for send, say and send-files: delivered). 1 failed, not delivered yet, or the doctor found an error. 2 wrong command line.',

  'help.open': 'Open Hallway in the browser. Ctrl+C closes it.',
  'help.open.no-browser': 'Only print the address to open.',
  'help.peers': 'List the people who are here, and exit.',
  'help.peers.json': 'Print one JSON array instead of a table.',
  'help.look-for': 'Look for this long (default {seconds}).',
  'help.doctor': 'Find out what is wrong with the network, and what to do about it.',
  'help.doctor.json': 'Print one JSON object instead of text.',
  'help.report':
    'Write a problem report to a new FILE, to send to someone for help. Use "-" for standard output. It contains no messages, but read it before you send it.',
  'help.report.for': 'Look at the network for this long (default {seconds}).',
  'help.chat': 'Chat in this terminal. Type /help there for the commands.',
  'help.send':
    'Send a message, and wait until it is delivered. PEER is a name or a peerId. Use "-" as TEXT to read it from standard input, which keeps it out of the process list.',
  'help.send.for': 'Wait this long (default {seconds}). Hallway delivers the message later if needed.',
  'help.say':
    'Say something in a room, and wait until everyone there has it. ROOM needs no #; you join it if you aren\'t in it. Use "-" as TEXT to read it from standard input.',
  'help.say.for': 'Wait this long (default {seconds}). The others get it later if needed.',
  'help.send-files':
    'Offer files or folders, and wait until all of them have arrived. Folders are sent whole. An interrupted transfer goes on later. With the option room, or #ROOM in place of PEER, they go to everyone in that room.',
  'help.send-files.for': 'Wait this long (default {seconds}). The transfer goes on the next time Hallway is open.',
  'help.receive': 'Accept files until Ctrl+C, and print the path of each one that arrives.',
  'help.receive.accept-from': "Accept only from this person. The default is everyone you've verified.",
  'help.receive.into': 'Save the files in this folder. The default is the setting filesDirectory.',
  'help.export':
    'Write the messages of this profile to FILE, or to standard output with "-". An existing file is replaced. Only you can read it.',
  'help.export.with': 'Only the messages with this person.',
  'help.export.json': 'Write JSON with all details, instead of plain text.',
  'help.profile-move':
    'Save this profile to an encrypted FILE, or open such a FILE in an empty profile: to move to another computer. Asks for a passphrase.',
  'help.clear': "Delete the messages with this person from this profile. Undelivered messages and other people's copies stay.",
  'help.clear.all': 'Delete the messages with everyone. Leave PEER out.',
  'help.clear.yes': "Don't ask first.",
  'help.run': 'Run the automation interface: one JSON object per line.',
  'help.completion': 'Print a script that completes these commands in SHELL: bash, zsh, fish or powershell.',

  'help.profile': 'The folder with your identity and settings.',
  'help.name': 'The name that others see, for this run.',
  'help.interface': 'Use only this network adapter. You can repeat the option.',
  'help.group': 'The IPv4 multicast group (default {group}).',
  'help.port': 'The UDP port of the group (default {port}).',
  'help.room': 'Join this room at the start. Everyone is in #everyone anyway. You can repeat the option.',
  'help.team-key-file':
    "The file with your team's passphrase on its first line. A second line may hold another passphrase that's also accepted. Or set HALLWAY_TEAM_KEY.",

  'man.name': 'show the people on the local network, and talk to them',
  'man.about':
    'People appear by themselves. Hallway needs no server and no account. Messages to a person go directly to the other computer, encrypted.',
  'man.more': 'AUTOMATION.md in the documentation describes the commands for programs, and SETTINGS.md the settings.',
  'man.team-key': "Your team's passphrases, one on each line. Hallway removes the variable from its own environment.",
  'man.no-color': 'Has no effect, because Hallway prints no colors.',
  'man.data-home': 'The folder above the default profile.',
  'man.profile': 'The default profile on Linux.',
  'man.policy': 'The settings that an administrator decides for this computer.',
  'man.status-done': 'Done.',
  'man.status-sent': 'For a sent message or file: delivered.',
  'man.status-failed': 'Failed, not delivered yet, or the doctor found an error. A line on standard error gives the reason.',
  'man.status-usage': 'The command line is wrong.',
  'man.example-chat': 'Chat in this terminal:',
  'man.example-send': 'Send the text of a program, and learn whether it arrived:',
  'man.example-serve': 'Keep this computer reachable without a browser:',
} as const;
