/**
 * The field for a new message: Enter sends, Shift+Enter begins a new line; or, by the setting,
 * Ctrl+Enter sends. The text is a draft
 * until the core accepts it, so that no failure loses it.
 */
import { SendHorizontal } from 'lucide-react';
import { useEffect, useId, useRef, useState, useSyncExternalStore } from 'react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
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
import { bytesLeft, roomWords, spokenRoomWords } from './message-size.ts';
import styles from './composer.module.css';
import { useTypingSignal } from './use-typing-signal.ts';

/** Failures that leave open whether the message was persisted. */
const uncertainCodes: ReadonlySet<string> = new Set(['deadline', 'link-closed', 'bad-output', 'internal-error']);

interface ComposerProps {
  readonly conversation: ConversationId;
  readonly name: string;
  /** Describes what happens to a message that is not delivered at once. */
  readonly hint: ReactNode;
}

export function Composer({ conversation, name, hint }: ComposerProps): ReactNode {
  const { store } = useHallwayContext();
  const isConnected = useHallway(selectConnection) === 'open';
  const field = useFocusToType();
  const { text, edit } = useDraft(conversation);
  const sendWith = useSetting('sendWith');
  const typing = useTypingSignal(peerOfConversation(conversation));
  const { send, problem, forgetProblem } = useSend(conversation);
  const ids = useId();
  const left = bytesLeft(text);
  const maySend = isConnected && isVisible(text) && left >= 0;

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
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (belongsToInputMethod(event.nativeEvent)) return;
    if (event.key === 'Escape') leave(store, text);
    else if (isToSend(event, sendWith)) submit();
    else return;
    event.preventDefault();
  }

  return (
    <div className={styles.composer}>
      <Notes id={`${ids}-notes`} problem={problem} hint={hint} />
      <div className={styles.entry}>
        <TextArea
          ref={field}
          className={styles.field}
          data-focus-home="composer"
          rows={1}
          dir="auto"
          label={say('compose.message', { name })}
          aria-describedby={`${ids}-notes ${ids}-room`}
          aria-invalid={left < 0}
          placeholder={say('compose.message', { name })}
          value={text}
          onText={onChange}
          onKeyDown={onKeyDown}
          onBlur={typing.stopped}
        />
        <SendButton mayPress={maySend} onPress={submit} />
      </div>
      <Room id={`${ids}-room`} left={left} />
    </div>
  );
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
}

function Notes({ id, problem, hint }: NotesProps): ReactNode {
  return (
    <div className={styles.notes} id={id}>
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      {hint}
    </div>
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
