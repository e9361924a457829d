/** Actions on all messages at once: mark as read, export, delete. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Section } from '../../ui/section.tsx';
import { ActionRow } from './action-row.tsx';
import { clearAll, markAllRead, saveAllMessages, type Done } from './all-messages.ts';

interface Work {
  readonly isPending: boolean;
  readonly outcome: string | undefined;
  readonly isFailure: boolean;
  run(work: () => Promise<Done>, describe: (count: number) => string): Promise<void>;
}

function useWork(): Work {
  const [isPending, setPending] = useState(false);
  const [done, setDone] = useState<{ readonly text: string; readonly isFailure: boolean }>();
  return {
    isPending,
    outcome: isPending ? say('settings-page.pending') : done?.text,
    isFailure: done?.isFailure === true && !isPending,
    async run(work, describe) {
      setPending(true);
      const result = await work();
      setPending(false);
      setDone(result.ok ? { text: describe(result.count), isFailure: false } : { text: result.message, isFailure: true });
    },
  };
}

export function MessageActions(): ReactNode {
  return (
    <Section title={say('settings-page.group.yours')}>
      <MarkRead />
      <ExportMessages />
      <ClearMessages />
    </Section>
  );
}

function MarkRead(): ReactNode {
  const { client } = useHallwayContext();
  const work = useWork();
  return (
    <ActionRow title={say('settings-page.read')} text={say('settings-page.read.text')} {...work}>
      <Button
        kind="pill"
        disabled={work.isPending}
        onPress={() =>
          void work.run(
            () => markAllRead(client),
            (count) => say('settings-page.read.done', { count }),
          )
        }
      >
        {say('settings-page.read.press')}
      </Button>
    </ActionRow>
  );
}

function ExportMessages(): ReactNode {
  const { client, store } = useHallwayContext();
  const work = useWork();

  return (
    <ActionRow title={say('settings-page.export')} text={say('settings-page.export.text')} {...work}>
      <Button
        kind="pill"
        disabled={work.isPending}
        onPress={() =>
          void work.run(
            () => saveAllMessages(client, store.getState()),
            (count) => say('settings-page.export.done', { count }),
          )
        }
      >
        {say('settings-page.export.press')}
      </Button>
    </ActionRow>
  );
}

function ClearMessages(): ReactNode {
  const { client } = useHallwayContext();
  const [asks, setAsks] = useState(false);
  const work = useWork();

  function clear(): void {
    setAsks(false);
    void work.run(
      () => clearAll(client),
      (count) => say('settings-page.clear.done', { count }),
    );
  }

  return (
    <ActionRow title={say('settings-page.clear')} text={say('settings-page.clear.text')} {...work}>
      <Button kind="danger" disabled={work.isPending} onPress={() => setAsks(true)}>
        {say('settings-page.clear.press')}
      </Button>
      {asks && (
        <Dialog
          title={say('settings-page.clear.title')}
          closeLabel={say('settings-page.clear.cancel')}
          onClose={() => setAsks(false)}
          actions={
            <Button kind="danger" onPress={clear}>
              {say('settings-page.clear.press')}
            </Button>
          }
        >
          <p>{say('settings-page.clear.details')}</p>
        </Dialog>
      )}
    </ActionRow>
  );
}
