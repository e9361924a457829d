/**
 * A sentence of the catalogue that contains elements, such as a name isolated from the text around
 * it.
 */
import { Fragment } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { sayParts } from '../../shared/text/messages/page.ts';
import type { pageMessages } from '../../shared/text/messages/page.ts';
import type { PartsOf } from '../../shared/text/messages/say.ts';

export function said<Key extends keyof typeof pageMessages>(
  key: Key,
  values: PartsOf<(typeof pageMessages)[Key], ReactElement>,
): ReactNode {
  return sayParts<ReactElement, Key>(key, values).map((part, index) => <Fragment key={index}>{part}</Fragment>);
}
