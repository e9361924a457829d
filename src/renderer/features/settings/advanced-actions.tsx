/** The profile folder, the problem report, and how a profile moves to another computer. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { About } from '../../../shared/contract/about.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Section } from '../../ui/section.tsx';
import { ActionRow } from './action-row.tsx';
import styles from './advanced-actions.module.css';

/** @param about the program */
export function FolderActions({ about }: { readonly about: About }): ReactNode {
  const { client } = useHallwayContext();
  const [failure, setFailure] = useState<string>();
  const { profileFolder, opensFolder } = about;
  if (profileFolder === '') return null;

  async function open(): Promise<void> {
    const result = await client.call('openProfileFolder', {});
    setFailure(result.ok ? undefined : result.message);
  }

  return (
    <Section title={say('settings-page.folder')}>
      <ActionRow
        title={say('settings-page.folder')}
        text={<bdi className={styles.path}>{profileFolder}</bdi>}
        outcome={failure}
        isFailure
      >
        {opensFolder ? (
          <Button kind="pill" onPress={() => void open()}>
            {say('settings-page.folder.open')}
          </Button>
        ) : (
          <CopyButton label={say('settings-page.copy')} what={profileFolder} textOf={() => profileFolder} />
        )}
      </ActionRow>
    </Section>
  );
}

const commands = {
  export: 'hallway profile export hallway-profile.hallway',
  import: 'hallway profile import hallway-profile.hallway',
} as const;

export function MoveProfile(): ReactNode {
  return (
    <Section title={say('settings-page.move')}>
      <div className={styles.guide}>
        <p className={styles.text}>{say('settings-page.move.text')}</p>
        <p>{say('settings-page.move.export')}</p>
        <Command command={commands.export} />
        <p>{say('settings-page.move.import')}</p>
        <Command command={commands.import} />
      </div>
    </Section>
  );
}

function Command({ command }: { readonly command: string }): ReactNode {
  return (
    <p className={styles.command}>
      <code className={styles.code}>{command}</code>
      <CopyButton label={say('settings-page.copy')} what={command} textOf={() => command} isQuiet />
    </p>
  );
}
