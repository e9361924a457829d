/**
 * Links to a place in Hallway, which other programs may open (rule DESK-20). A link only leads
 * somewhere. It never sends, adds or changes anything.
 */
import { placeSchema, type Place } from '../../../../shared/contract/host.ts';
import { conversationOf, isPeerId } from '../../../../shared/lib/ids.ts';

export const linkScheme = 'hallway';

/** A link is at most this long. Real ones have some 100 characters. */
const maxLinkLength = 500;

/** @returns undefined for anything but a well-formed link of a known kind */
export function parseDeepLink(text: string): Place | undefined {
  if (text.length > maxLinkLength || !text.startsWith(`${linkScheme}://`) || !URL.canParse(text)) return undefined;
  const { host, pathname, searchParams, hash, username, port } = new URL(text);
  if (hash !== '' || username !== '' || port !== '') return undefined;
  const place = placeOf(host, pathname, searchParams);
  const decoded = placeSchema.safeParse(place);
  return decoded.success ? decoded.data : undefined;
}

function placeOf(host: string, pathname: string, parameters: URLSearchParams): unknown {
  const [, name = '', ...rest] = pathname.split('/');
  switch (host) {
    case 'chat':
      return isPeerId(name) && rest.length === 0 && parameters.size === 0 ? toConversation(name) : undefined;
    case 'settings':
      return /^[a-z-]*$/u.test(name) && rest.length === 0 && parameters.size === 0
        ? { page: 'settings', section: name }
        : undefined;
    case 'add':
      return name === '' ? toAddition(parameters) : undefined;
    default:
      return undefined;
  }
}

function toConversation(peerId: string): unknown {
  return { page: 'conversation', conversation: conversationOf(peerId) };
}

/** The form checks the address when the user adds it. */
function toAddition(parameters: URLSearchParams): unknown {
  const [address, peerId] = [parameters.get('a'), parameters.get('k')];
  const keys = [...parameters.keys()];
  const isKnown = keys.every((key) => key === 'a' || key === 'k') && new Set(keys).size === keys.length;
  if (!isKnown || address === null || !/^[\w.:[\]%-]+$/u.test(address)) return undefined;
  return { page: 'add', address, ...(peerId !== null && { peerId }) };
}
