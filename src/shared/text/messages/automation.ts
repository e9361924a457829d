/** The texts of the automation interface, beside the codes that docs/AUTOMATION.md defines. */

export const automationMessages = {
  'automation.not-json': "The line isn't JSON.",
  'automation.not-object': "The line isn't a JSON object.",
  'automation.extra-field': "The command has a field that doesn't belong to it.",
  'automation.bad-id': 'The command needs an "id": a whole number, or a string of at most {limit} characters.',
  'automation.unknown-command': 'Hallway doesn\'t know this command, or "cmd" is missing.',
  'automation.with-or-all': 'Give either "with" or "all":true.',
  'automation.malformed': 'The command is malformed.',
  'automation.bad-field': 'The field "{field}" is invalid.',
  'automation.line-too-long': 'The line is longer than {limit} bytes.',
  'automation.not-utf8': "The line isn't UTF-8 text.",
  'automation.dropped':
    '{count} events were dropped because no one read them in time. Ask "peers" and "history" for the current state.',

  'automation.not-here': '"{command}" isn\'t available here.',
  'automation.no-message': "There's no such message.",
  'automation.not-readable': 'Messages can\'t be read right now ({systemCode}). See "health" for what to do.',
  'automation.no-messages': 'This node can\'t message anyone right now. See "health" for the reason.',
  'automation.no-rooms': 'This node has no rooms. See "health" for the reason.',
  'automation.no-files': 'This node can\'t send or receive files right now. See "health" for the reason.',
  'automation.too-late': 'The message is already on its way, or its outcome is known.',
  'automation.not-cleared': "Some or all of the messages couldn't be deleted. The disk may be full.",
  'automation.candidates': '{refusal} {candidates}',
  'automation.candidate': '{peerId} ({where, select, here {here} other {not here}})',
} as const;
