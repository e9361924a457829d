/** Offers files in a conversation, and says how far that is, or why it failed. */
import { useEffect, useRef, useState } from 'react';
import type { ConversationId } from '../../../shared/lib/ids.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { toBase64 } from './base64.ts';
import { previewsOf, type ChosenPicture } from './chosen-pictures.ts';
import { copyFiles } from './copy-files.ts';
import { filesOf, type ChosenFile } from './read-choice.ts';

export interface SendingFiles {
  /** Files that the user picked or pasted. */
  send(files: readonly File[]): void;
  /** Files and folders that the user dropped. */
  sendDropped(files: readonly File[], entries: readonly FileSystemEntry[]): void;
  /** The share that is read, from 0 to 1; undefined while nothing is being read. */
  readonly share: number | undefined;
  readonly problem: string | undefined;
  stop(): void;
  /** Files with pictures, which wait for descriptions. */
  readonly waiting: WaitingFiles | undefined;
  /** @param name of a picture that waits */
  describe(name: string, description: string): void;
  sendWaiting(): void;
  dropWaiting(): void;
}

interface WaitingFiles {
  readonly fileCount: number;
  readonly pictures: readonly ChosenPicture[];
}

interface Choice {
  readonly files: readonly File[];
  list(): Promise<readonly ChosenFile[]>;
}

export function useSendFiles(to: ConversationId): SendingFiles {
  const { client } = useHallwayContext();
  const [share, setShare] = useState<number>();
  const [problem, setProblem] = useState<string>();
  const running = useRef<AbortController>(undefined);
  /** The first ID of an offer that the core prepares. */
  const offered = useRef<string>(undefined);
  useEffect(
    () =>
      client.on('chosenOffered', ({ chosenId, problem: reason }) => {
        if (chosenId !== offered.current) return;
        offered.current = undefined;
        setShare(undefined);
        if (reason !== null) setProblem(reason);
      }),
    [client],
  );
  useEffect(() => () => running.current?.abort(), []);

  async function offer(choice: Choice, pictures: readonly ChosenPicture[]): Promise<void> {
    if (running.current !== undefined) return;
    const controller = new AbortController();
    running.current = controller;
    setProblem(undefined);
    setShare(0);
    const chosen = await choose(choice, controller).catch(() => say('files.not-here'));
    running.current = undefined;
    if (typeof chosen === 'string' || chosen.length === 0) {
      setShare(undefined);
      setProblem(chosen === '' || typeof chosen !== 'string' ? undefined : chosen);
      return;
    }
    offered.current = chosen[0];
    const previews = pictures.map(({ name, bytes, description }) => ({ name, description, data: toBase64(bytes) }));
    const answer = await client.call('sendChosen', { to, chosen: [...chosen], previews });
    if (answer.ok) return;
    offered.current = undefined;
    setShare(undefined);
    setProblem(answer.message);
  }

  /** @returns IDs, or why there are none */
  async function choose({ files, list }: Choice, { signal }: AbortController): Promise<readonly string[] | string> {
    const known = files.map((file) => window.hallway?.chooseFile(file) ?? '');
    if (known.length > 0 && known.every((id) => id !== '')) return known;
    const copied = await copyFiles(client, await list(), { signal, onProgress: setShare });
    return copied.ok ? [copied.chosenId] : copied.problem;
  }

  const { take, ...waiting } = useWaiting({ offer, explain: setProblem });
  return {
    send: (files) => void take({ files, list: () => Promise.resolve(files.map((file) => ({ path: [file.name], file }))) }),
    sendDropped: (files, entries) => void take({ files, list: () => filesOf(entries) }),
    ...{ share, problem, ...waiting },
    stop: () => running.current?.abort(),
  };
}

type Waiting = Pick<SendingFiles, 'waiting' | 'describe' | 'sendWaiting' | 'dropWaiting'>;

interface WaitingOptions {
  offer(choice: Choice, pictures: readonly ChosenPicture[]): Promise<void>;
  /** Shows why a choice is not taken, or nothing more. */
  explain(problem: string | undefined): void;
}

/**
 * Pictures wait for their descriptions; anything else is offered at once. While some wait, more are
 * refused: two pasted pictures often have the same name, which an offer cannot have twice.
 */
function useWaiting({ offer, explain }: WaitingOptions): Waiting & { take(choice: Choice): Promise<void> } {
  const [waiting, setWaiting] = useState<WaitingFiles & { readonly choice: Choice }>();
  /** Small pictures take time to make, and another choice may come meanwhile. */
  const isTaken = useRef(false);
  const end = (): void => {
    isTaken.current = false;
    setWaiting(undefined);
    explain(undefined);
  };
  return {
    async take(choice) {
      const pictures = await previewsOf(choice.files).catch(() => []);
      if (pictures.length === 0) return offer(choice, []);
      if (isTaken.current) return explain(say('files.others-wait'));
      isTaken.current = true;
      setWaiting({ choice, pictures, fileCount: choice.files.length });
    },
    waiting,
    describe: (name, description) =>
      setWaiting((before) => before && { ...before, pictures: withDescription(before.pictures, name, description) }),
    sendWaiting() {
      if (waiting === undefined) return;
      end();
      void offer(waiting.choice, waiting.pictures);
    },
    dropWaiting: end,
  };
}

function withDescription(pictures: readonly ChosenPicture[], name: string, description: string): readonly ChosenPicture[] {
  return pictures.map((picture) => (picture.name === name ? { ...picture, description } : picture));
}
