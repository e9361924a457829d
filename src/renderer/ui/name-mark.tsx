/** Says beside a name that it could be taken for somebody else's. */
import type { ReactNode } from 'react';
import type { NameLikeness } from '../../shared/text/similar-names.ts';
import styles from './name-mark.module.css';

const words: Readonly<Record<NameLikeness, string>> = { same: 'Same name', alike: 'Look-alike' };
const hints: Readonly<Record<NameLikeness, string>> = {
  same: 'Somebody else has this name. The code tells them apart.',
  alike: 'This name looks like another one. The code tells them apart.',
};

export function NameMark({ likeness }: { readonly likeness: NameLikeness }): ReactNode {
  return (
    <span className={styles.mark} data-likeness={likeness} title={hints[likeness]}>
      {words[likeness]}
    </span>
  );
}
