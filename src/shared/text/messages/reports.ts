/** The texts of the problem report, which hosts save and the page downloads. */

export const reportMessages = {
  'report.title': 'Hallway problem report, {time}',
  'report.head': `Please read this file before you send it to anyone. It contains:
- the versions of Hallway and of the programs it runs on;
- Hallway's health, and the findings of its network doctor;
- names, computer names and addresses of the people in your list, and of this computer's adapters;
- the end of Hallway's log, with the time of each event. Error messages in it may name folders of this computer.
It doesn't contain messages, notes, keys or passphrases.`,
  'report.versions': 'Versions',
  'report.versions.none': 'Unknown.',
  'report.health': 'Health',
  'report.health.none': 'Nothing is wrong.',
  'report.findings': 'Findings of the network doctor',
  'report.diagnostics': 'Diagnostics',
  'report.malformed': 'Malformed at {paths}.',
  'report.log': 'The end of the log',
  'report.log.none': 'No log was kept.',
  'report.none': 'None.',
  'report.unknown-time': 'unknown time',
  'report.since': '{severity} {code}, since {time}: {title}. {remedy}',
  'report.finding': '{severity} {code}{answer}: {title}. {remedy}',
} as const;
