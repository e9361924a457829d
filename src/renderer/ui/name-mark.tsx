/** A mark beside a name that is the same as another one, or a look-alike. */
import type { ReactNode } from 'react';
import { say } from '../../shared/text/messages/page.ts';
import type { NameLikeness } from '../../shared/text/similar-names.ts';
import styles from './name-mark.module.css';

const words: Readonly<Record<NameLikeness, string>> = { same: say('ui.name.same'), alike: say('ui.name.alike') };
const hints: Readonly<Record<NameLikeness, string>> = {
  same: say('ui.name.same.hint'),
  alike: say('ui.name.alike.hint'),
};

export function NameMark({ likeness }: { readonly likeness: NameLikeness }): ReactNode {
  return (
    <span className={styles.mark} data-likeness={likeness} title={hints[likeness]}>
      {words[likeness]}
    </span>
  );
}
