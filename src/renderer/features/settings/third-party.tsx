/** The licenses of the packages that Hallway contains, which the build collects (rule DESK-32). */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { z } from '../../../shared/lib/zod.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { Button } from '../../ui/button.tsx';
import styles from './third-party.module.css';

/** Beside the page; a page of the development server has none. */
const fileUrl = './third-party.json';

const fileSchema = z.array(
  z.object({ name: z.string(), version: z.string(), identifier: z.string().nullable(), text: z.string().nullable() }),
);
type Licenses = z.infer<typeof fileSchema>;

export function ThirdParty(): ReactNode {
  const [licenses, setLicenses] = useState<Licenses | 'failed'>();

  async function load(): Promise<void> {
    setLicenses((await fetchLicenses()) ?? 'failed');
  }

  if (licenses === undefined) {
    return (
      <Button kind="pill" onPress={() => void load()}>
        {say('settings-page.about.licenses.show')}
      </Button>
    );
  }
  if (licenses === 'failed') return <p role="alert">{say('settings-page.about.licenses.failed')}</p>;
  return (
    <ul className={styles.packages} aria-label={say('settings-page.about.licenses')}>
      {licenses.map(({ name, version, identifier, text }) => (
        <li key={`${name} ${version}`}>
          <details>
            <summary className={styles.name}>
              {name} {version} {identifier !== null && `(${identifier})`}
            </summary>
            <pre className={styles.text}>{text}</pre>
          </details>
        </li>
      ))}
    </ul>
  );
}

async function fetchLicenses(): Promise<Licenses | undefined> {
  try {
    const response = await fetch(fileUrl);
    return fileSchema.safeParse(await response.json()).data;
  } catch {
    return undefined;
  }
}
