/**
 * The field for a new message: Enter sends, Shift+Enter begins a new line. The text stays stored as
 * a draft until the core accepts it, so that no failure loses it.
 */
import { SendHorizontal } from 'lucide-react';
import { useEffect, useId, useRef, useState, useSyncExternalStore } from 'react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { partsOf, peerOfConversation, type ConversationId } from '../../../shared/lib/ids.ts';
import { isVisible } from '../../../shared/text/visible-text.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { close } from '../../state/route.ts';
import { selectConnection, selectRoute, selectSelf } from '../../state/selectors.ts';
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
  const { text, edit, putBack } = useDraft(conversation, field);
  const typing = useTypingSignal(peerOfConversation(conversation));
  const { send, problem, forgetProblem } = useSend(conversation, putBack);
  const ids = useId();
  const left = bytesLeft(text);
  const maySend = isConnected && isVisible(text) && left >= 0;

  function submit(): void {
    if (!maySend) return;
    edit('');
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
    if (event.key === 'Escape') store.navigate(close);
    else if (event.key === 'Enter' && !event.shiftKey && !event.altKey) submit();
    else return;
    event.preventDefault();
  }

  return (
    <div className={styles.composer}>
      <div className={styles.notes} id={`${ids}-notes`}>
        {problem !== undefined && <Problem text={problem} />}
        {hint}
      </div>
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

function Problem({ text }: { readonly text: string }): ReactNode {
  return (
    <p className={styles.problem} role="alert">
      {text}
    </p>
  );
}

function SendButton({ mayPress, onPress }: { readonly mayPress: boolean; onPress(): void }): ReactNode {
  return (
    <IconButton
      kind="main"
      size={40}
      className={styles.send}
      label={say('compose.send')}
      title={say('compose.send.title')}
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
  /** Restores a message that the core refused, before text typed meanwhile. */
  putBack(unsent: string): void;
}

function useDraft(conversation: ConversationId, field: RefObject<HTMLTextAreaElement | null>): Draft {
  const { drafts } = useHallwayContext();
  const ownId = useHallway(selectSelf)?.peerId ?? '';
  // Another tab may send the draft, or change it.
  const text = useSyncExternalStore(drafts.subscribe, () => drafts.of(ownId, conversation));

  function edit(next: string): void {
    drafts.set(ownId, conversation, next);
    // Without a delay, so that no other tab sends the same text.
    if (next === '') drafts.flush();
  }

  function putBack(unsent: string): void {
    const since = field.current?.value ?? drafts.of(ownId, conversation);
    edit(since === '' ? unsent : `${unsent}\n${since}`);
  }

  return { text, edit, putBack };
}

interface Sending {
  send(text: string): Promise<void>;
  /** The reason why the last message was refused. */
  readonly problem: string | undefined;
  forgetProblem(): void;
}

function useSend(conversation: ConversationId, putBack: (text: string) => void): Sending {
  const { client, conversations, store } = useHallwayContext();
  const [problem, setProblem] = useState<string>();

  async function send(text: string): Promise<void> {
    setProblem(undefined);
    const to = partsOf(conversation);
    const result =
      to.type === 'room' ? await client.call('say', { room: to.name, text }) : await client.call('send', { to: to.peerId, text });
    if (!result.ok) {
      putBack(text);
      setProblem(uncertainCodes.has(result.code) ? say('compose.uncertain', { problem: result.message }) : result.message);
      return;
    }
    const { open } = store.getState().messages;
    if (open?.conversation === conversation && open.window?.hasNewer) conversations.showLatest();
  }

  return { send, problem, forgetProblem: () => setProblem(undefined) };
}
