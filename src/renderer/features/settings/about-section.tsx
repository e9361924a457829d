/** The program: its versions, the diagnostics to send to support, and the work of others in it. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { About } from '../../../shared/contract/about.ts';
import { newerVersions } from '../../../shared/lib/version.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { Button } from '../../ui/button.tsx';
import { copyText } from '../../ui/copy-text.ts';
import { Section } from '../../ui/section.tsx';
import styles from './about-section.module.css';
import { ActionRow } from './action-row.tsx';
import { ThirdParty } from './third-party.tsx';

export function AboutSection({ about }: { readonly about: About }): ReactNode {
  return (
    <>
      <p className={styles.what}>{say('settings-page.about.what')}</p>
      <Section title={say('settings-page.about.versions')}>
        <dl className={styles.versions}>
          {Object.entries(about.versions).map(([name, version]) => (
            <div key={name} className={styles.version}>
              <dt className={styles.name}>{name}</dt>
              <dd className={styles.number}>{version}</dd>
            </div>
          ))}
        </dl>
        <NewerVersions own={about.versions['Hallway']} />
        <CopyDiagnostics />
      </Section>
      <Section title={say('settings-page.about.licenses')}>
        <p className={styles.text}>{say('settings-page.about.licenses.text')}</p>
        <div className={styles.text}>
          <ThirdParty />
        </div>
      </Section>
    </>
  );
}

/** The only way to learn of a newer version: others have it (rule PROF-11). */
function NewerVersions({ own }: { readonly own: string | undefined }): ReactNode {
  const peers = useHallway(({ core }) => core.peers);
  const newer = newerVersions(
    own,
    [...peers.values()].map(({ version }) => version),
  );
  return newer && <p className={styles.text}>{say('settings-page.about.newer', newer)}</p>;
}

function CopyDiagnostics(): ReactNode {
  const { client } = useHallwayContext();
  const [outcome, setOutcome] = useState<{ readonly text: string; readonly isFailure: boolean }>();

  async function copy(): Promise<void> {
    const report = await client.call('problemReport', {});
    if (!report.ok) return setOutcome({ text: report.message, isFailure: true });
    const isCopied = await copyText(report.output.text);
    setOutcome({ text: say(isCopied ? 'ui.copied' : 'ui.not-copied'), isFailure: !isCopied });
  }

  return (
    <ActionRow
      title={say('settings-page.about.copy')}
      text={say('settings-page.about.copy.text')}
      outcome={outcome?.text}
      isFailure={outcome?.isFailure ?? false}
    >
      <Button kind="pill" onPress={() => void copy()}>
        {say('settings-page.copy')}
      </Button>
    </ActionRow>
  );
}
