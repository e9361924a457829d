/**
 * The field for a new message: Enter sends, Shift+Enter begins a new line; or, by the setting,
 * Ctrl+Enter sends. The text is a draft
 * until the core accepts it, so that no failure loses it.
 */
import { SendHorizontal } from 'lucide-react';
import { useEffect, useId, useRef, useState, useSyncExternalStore } from 'react';
import type { ClipboardEvent, KeyboardEvent, ReactNode, RefObject } from 'react';
import type { Message } from '../../../shared/contract/messages.ts';
import type { CallResult } from '../../../shared/rpc/rpc.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { partsOf, peerOfConversation, type ConversationId } from '../../../shared/lib/ids.ts';
import { isVisible } from '../../../shared/text/visible-text.ts';
import { useHallway, useHallwayContext, useSetting } from '../../state/context.tsx';
import { close } from '../../state/route.ts';
import { selectConnection, selectMessageSearch, selectRoute } from '../../state/selectors.ts';
import type { HallwayStore } from '../../state/store.ts';
import { belongsToInputMethod } from '../../ui/keys.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextArea } from '../../ui/text-field.tsx';
import { MentionList, fieldAttributes } from './mention-list.tsx';
import { AttachButton, AttachNotes } from '../files/attach-files.tsx';
import type { SendingFiles } from '../files/use-send-files.ts';
import { bytesLeft, roomWords, spokenRoomWords } from './message-size.ts';
import styles from './composer.module.css';
import { useMentionList } from './use-mention-list.ts';
import { useTypingSignal } from './use-typing-signal.ts';

/** Failures that leave open whether the message was persisted. */
const uncertainCodes: ReadonlySet<string> = new Set(['deadline', 'link-closed', 'bad-output', 'internal-error']);

interface ComposerProps {
  readonly conversation: ConversationId;
  readonly name: string;
  /** Describes what happens to a message that is not delivered at once. */
  readonly hint: ReactNode;
  /** Absent where no files can be sent. */
  readonly sending?: SendingFiles;
}

export function Composer({ conversation, name, hint, sending }: ComposerProps): ReactNode {
  const { store } = useHallwayContext();
  const field = useFocusToType();
  const { text, edit } = useDraft(conversation);
  const sendWith = useSetting('sendWith');
  const typing = useTypingSignal(peerOfConversation(conversation));
  const { send, problem, forgetProblem } = useSend(conversation);
  const ids = useId();
  const mentions = useMentionList({ conversation, text, field, edit: onChange });
  const { left, maySend } = useMaySend(text);

  function submit(): void {
    if (!maySend) return;
    typing.stopped();
    void send(text);
    field.current?.focus();
  }

  function onChange(next: string): void {
    edit(next);
    forgetProblem();
    typing.changed(next);
    mentions.follow();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (belongsToInputMethod(event.nativeEvent)) return;
    if (mentions.onKeyDown(event)) event.stopPropagation();
    else if (event.key === 'Escape') leave(store, text);
    else if (isToSend(event, sendWith)) submit();
    else return;
    event.preventDefault();
  }

  return (
    <div className={styles.composer}>
      <Notes id={`${ids}-notes`} problem={problem} hint={hint} sending={sending} />
      <MentionList id={`${ids}-people`} {...mentions} />
      <div className={styles.entry}>
        {sending && <AttachButton sending={sending} />}
        <TextArea
          ref={field}
          className={styles.field}
          data-focus-home="composer"
          rows={1}
          dir="auto"
          label={say('compose.message', { name })}
          aria-describedby={`${ids}-notes ${ids}-room`}
          aria-invalid={left < 0}
          {...fieldAttributes(`${ids}-people`, mentions)}
          placeholder={say('compose.message', { name })}
          value={text}
          onText={onChange}
          onKeyDown={onKeyDown}
          onSelect={mentions.follow}
          onPaste={(event) => pasteFiles(event, sending)}
          onBlur={typing.stopped}
        />
        <SendButton mayPress={maySend} onPress={submit} />
      </div>
      <Room id={`${ids}-room`} left={left} />
    </div>
  );
}

function useMaySend(text: string): { readonly left: number; readonly maySend: boolean } {
  const isConnected = useHallway(selectConnection) === 'open';
  const left = bytesLeft(text);
  return { left, maySend: isConnected && isVisible(text) && left >= 0 };
}

/** An image, or copied files; a text with them, as office programs add, is pasted as text. */
function pasteFiles(event: ClipboardEvent, sending: SendingFiles | undefined): void {
  const { files, types } = event.clipboardData;
  if (sending === undefined || files.length === 0 || types.includes('text/plain')) return;
  event.preventDefault();
  sending.send([...files]);
}

/** Cmd counts as Ctrl. */
function isToSend({ key, shiftKey, altKey, ctrlKey, metaKey }: KeyboardEvent, sendWith: 'enter' | 'ctrl-enter'): boolean {
  return key === 'Enter' && !shiftKey && !altKey && (sendWith === 'enter' || ctrlKey || metaKey);
}

/** A key that is pressed to close something small must not end what one is writing. */
function leave(store: HallwayStore, text: string): void {
  if (text === '' || selectMessageSearch(store.getState()) !== undefined) store.navigate(close);
}

/** The number for the eye; for screen readers, a few steps of it. */
function Room({ id, left }: { readonly id: string; readonly left: number }): ReactNode {
  return (
    <>
      <p className={styles.room} id={id} data-over={left < 0}>
        {roomWords(left)}
      </p>
      <span className="visually-hidden" data-room-read aria-live="polite">
        {spokenRoomWords(left)}
      </span>
    </>
  );
}

interface NotesProps {
  readonly id: string;
  readonly problem: string | undefined;
  readonly hint: ReactNode;
  readonly sending: SendingFiles | undefined;
}

function Notes({ id, problem, hint, sending }: NotesProps): ReactNode {
  return (
    <>
      {sending && <AttachNotes sending={sending} />}
      <div className={styles.notes} id={id}>
        {problem !== undefined && (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        )}
        {hint}
      </div>
    </>
  );
}

function SendButton({ mayPress, onPress }: { readonly mayPress: boolean; onPress(): void }): ReactNode {
  const keys = useSetting('sendWith');
  return (
    <IconButton
      kind="main"
      size={40}
      className={styles.send}
      label={say('compose.send')}
      title={say('compose.send.title', { keys })}
      disabled={!mayPress}
      onPress={onPress}
    >
      <SendHorizontal size={18} aria-hidden="true" />
    </IconButton>
  );
}

/**
 * Takes the focus when the user opened the contact to write, and not while they move through the
 * list.
 */
function useFocusToType(): RefObject<HTMLTextAreaElement | null> {
  const route = useHallway(selectRoute);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if ((route.page === 'conversation' || route.page === 'room') && route.takesFocus) field.current?.focus();
  }, [route]);
  return field;
}

interface Draft {
  readonly text: string;
  edit(text: string): void;
}

function useDraft(conversation: ConversationId): Draft {
  const { drafts } = useHallwayContext();
  // Another tab may send the draft, or change it.
  const text = useSyncExternalStore(drafts.subscribe, () => drafts.of(conversation));
  useEffect(() => drafts.open(conversation), [drafts, conversation]);
  return { text, edit: (next) => drafts.set(conversation, next) };
}

interface Sending {
  send(text: string): Promise<void>;
  /** The reason why the last message was refused. */
  readonly problem: string | undefined;
  forgetProblem(): void;
}

function useSend(conversation: ConversationId): Sending {
  const { client, conversations, drafts, store } = useHallwayContext();
  const [problem, setProblem] = useState<string>();

  function sendAs(text: string, version: number | undefined): Promise<CallResult<Message>> {
    const to = partsOf(conversation);
    const draft = version === undefined ? {} : { draft: version };
    return to.type === 'room'
      ? client.call('say', { room: to.name, text, ...draft })
      : client.call('send', { to: to.peerId, text, ...draft });
  }

  async function send(text: string): Promise<void> {
    setProblem(undefined);
    const result = await drafts.send(conversation, text, (version) => sendAs(text, version));
    if (!result.ok) {
      setProblem(uncertainCodes.has(result.code) ? say('compose.uncertain', { problem: result.message }) : result.message);
      return;
    }
    const { open } = store.getState().messages;
    if (open?.conversation === conversation && open.window?.hasNewer) conversations.showLatest();
  }

  return { send, problem, forgetProblem: () => setProblem(undefined) };
}
