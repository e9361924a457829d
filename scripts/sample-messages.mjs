/**
 * Renders every form of a catalogue message with sample arguments: each choice of a select, and the
 * singular and plural.
 */
import { IntlMessageFormat } from 'intl-messageformat';
import { formatMessage } from '../src/shared/text/messages/say.ts';

/** The kinds of parts in a parsed message, as far as messages here use them. */
const kinds = { literal: 0, argument: 1, number: 2, select: 5, plural: 6, pound: 7 };

/** @type {Record<string, string | string[]>} */
const samples = {
  name: 'Priya',
  names: ['Priya', 'Ana', 'Sam'],
  host: 'priya-air',
  address: '192.168.1.20:52100',
  path: '/home/ana/.local/share/hallway/messages.db',
  adapter: 'Wi-Fi (wlan0)',
  adapters: ['Wi-Fi (wlan0)', 'eth0'],
  time: '6:53 PM',
};

/**
 * @param {string} message
 * @returns {string[]} the rendered forms; throws if the message does not parse
 */
export function sampleTexts(message) {
  return [...new Set(variantsOf(parse(message)).map((values) => formatMessage(message, values)))];
}

/** @param {string} message */
function parse(message) {
  return new IntlMessageFormat(message, 'en', undefined, { ignoreTag: true }).getAst();
}

/**
 * @param {any[]} parts
 * @returns {Record<string, any>[]} sets of arguments that together select every choice
 */
function variantsOf(parts) {
  return parts.reduce((sets, part) => {
    switch (part.type) {
      case kinds.literal:
      case kinds.pound:
        return sets;
      case kinds.argument:
        return sets.map((/** @type {any} */ set) => ({ [part.value]: sampleOf(part.value), ...set }));
      case kinds.number:
        return sets.map((/** @type {any} */ set) => ({ [part.value]: 1_200, ...set }));
      case kinds.select:
      case kinds.plural:
        return sets.flatMap((/** @type {any} */ set) => choicesOf(part, set));
      default:
        throw new Error(`A message has a part of kind ${part.type}, for which there is no sample`);
    }
  }, /** @type {Record<string, any>[]} */ ([{}]));
}

/**
 * @param {any} part
 * @param {Record<string, any>} set
 */
function choicesOf(part, set) {
  const options = Object.entries(part.options);
  // ICU requires `other`. If it is empty beside two named choices, no argument selects it.
  const isClosed = part.type === kinds.select && options.length > 2 && part.options.other.value.length === 0;
  const all = isClosed ? options.filter(([name]) => name !== 'other') : options;
  // An argument keeps the value chosen before.
  const chosen = part.value in set ? all.filter(([name]) => valueOf(part, name) === set[part.value]) : all;
  return (chosen.length > 0 ? chosen : all.filter(([name]) => name === 'other')).flatMap(([name, option]) =>
    variantsOf(option.value).map((inner) => ({ ...inner, [part.value]: valueOf(part, name), ...set })),
  );
}

/**
 * @param {any} part
 * @param {string} name
 */
function valueOf(part, name) {
  if (part.type === kinds.select) return name;
  return name.startsWith('=') ? Number(name.slice(1)) : name === 'one' ? 1 : 3;
}

/** @param {string} name */
function sampleOf(name) {
  return samples[name] ?? (name.endsWith('Ms') ? 125_000 : `[${name}]`);
}
