/** Serves the calls about files that the user chose in a page (rules CHOSEN-1 to CHOSEN-13). */
import type { chosenFileCalls } from '../../../../shared/contract/chosen-files.ts';
import type { EventName, EventPayload } from '../../../../shared/contract/index.ts';
import type { NamedPreview } from '../../../../shared/contract/transfers.ts';
import { partsOf, type ConversationId } from '../../../../shared/lib/ids.ts';
import type { CallResult, HandlersOf } from '../../../../shared/rpc/rpc.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import { refuse } from '../../../../shared/text/messages/problem-values.ts';
import type { Hallway } from '../../../core/hallway.ts';
import type { CopyResult, FileCopies, TakenCopy } from '../../../node/files/file-copies.ts';
import { errorCode } from '../../../node/storage/atomic-file.ts';
import type { ChosenPaths } from '../chosen-paths.ts';
import type { PageCopies } from '../page-copies.ts';
import { notAvailable, refused, type Failure } from './failures.ts';

export interface ChosenFiles {
  /** Absent for a page in a browser, which knows no paths. */
  readonly paths?: Pick<ChosenPaths, 'take'>;
  readonly copies: FileCopies;
}

/** As one page has them. */
interface PageFiles extends Pick<ChosenFiles, 'paths'> {
  readonly copies: Omit<PageCopies, 'close'>;
}

type Emit = <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void;

const notChosen: Failure = { ok: false, code: 'not-chosen', message: say('failure.not-chosen') };
const tooManyCopies: Failure = { ok: false, code: 'too-many', message: say('failure.too-many-copies') };

export function chosenFileHandlers(
  { transfers }: Pick<Hallway, 'transfers'>,
  chosen: PageFiles | undefined,
  emit: Emit,
): HandlersOf<typeof chosenFileCalls> {
  return {
    async sendChosen({ to, chosen: ids, previews = [] }) {
      if (!transfers || !chosen) return notAvailable;
      const found = await Promise.all(ids.map((id) => take(chosen, id)));
      const taken = found.filter((one) => one !== undefined);
      const paths = taken.flatMap((one) => one.paths);
      if (paths.length === 0 || taken.length < ids.length) {
        await dropAll(taken);
        return notChosen;
      }
      // Reading every file may take longer than a call may.
      const small = previews.map(({ data, ...named }) => ({ ...named, bytes: Buffer.from(data, 'base64') }));
      void offer(transfers, to, paths, small).then((problem) => {
        emit('chosenOffered', { chosenId: ids[0] as string, problem });
        return problem === null ? undefined : dropAll(taken);
      });
      return { ok: true, output: {} };
    },
    beginCopy: () => answer(chosen?.copies.begin()),
    addToCopy: ({ chosenId, path }) => answer(chosen?.copies.add(chosenId, path)),
    fillCopy: ({ chosenId, file, offset, data }) =>
      answer(chosen?.copies.fill(chosenId, file, offset, Buffer.from(data, 'base64'))),
    async dropCopy({ chosenId }) {
      await chosen?.copies.drop(chosenId);
      return { ok: true, output: {} };
    },
  };
}

type Taken = Pick<TakenCopy, 'paths'> & Partial<TakenCopy>;

async function take({ paths, copies }: PageFiles, chosenId: string): Promise<Taken | undefined> {
  const path = paths?.take(chosenId);
  return path === undefined ? copies.take(chosenId) : { paths: [path] };
}

async function dropAll(taken: readonly Taken[]): Promise<void> {
  for (const one of taken) await one.drop?.();
}

/** @returns the problem, null if there is none */
async function offer(
  transfers: NonNullable<Hallway['transfers']>,
  to: ConversationId,
  paths: readonly string[],
  previews: readonly NamedPreview[],
): Promise<string | null> {
  try {
    const parts = partsOf(to);
    const sent =
      parts.type === 'dm'
        ? await transfers.send(parts.peerId, paths, previews)
        : await transfers.sendToRoom(parts.name, paths, previews);
    return sent.ok ? null : refused(sent).message;
  } catch (error) {
    return say('failure.not-offered', { systemCode: errorCode(error) });
  }
}

async function answer<Content extends object>(
  result: Promise<CopyResult<Content>> | undefined,
): Promise<CallResult<Omit<Content, 'ok'>>> {
  const settled = await result;
  if (settled === undefined) return notAvailable;
  if (settled.ok) {
    const { ok: _ok, ...output } = settled;
    return { ok: true, output };
  }
  if (settled.code === 'not-chosen') return notChosen;
  if (settled.code === 'too-many') return tooManyCopies;
  if (settled.code === 'too-many-files') return refused(refuse('files-unusable', { reason: 'tooManyFiles', path: '' }));
  return { ok: false, code: 'not-copied', message: say('failure.not-copied', { code: settled.code }) };
}
