/**
 * Calls and events over a Link. It pairs each call with its reply, gives every call a deadline, and
 * validates messages at both ends. The Link carries the messages, and the handlers answer the
 * calls. Neither end throws on any input: it drops and reports a malformed message.
 */
import { commonMessages } from '../text/messages/common.ts';
import { createSay } from '../text/messages/say.ts';
import { contract } from '../contract/index.ts';
import type { CallInput, CallName, CallOutput, Contract, EventName, EventPayload } from '../contract/index.ts';
import { z } from '../lib/zod.ts';
import type { Link, Unsubscribe } from './link.ts';

/**
 * The deadline of a call. The core answers from memory, so this only ends a wait for a stuck or
 * dead core.
 */
export const callDeadlineMs = 10_000;
/** Open calls at one end. A user interface has a handful; more means a fault or an attack. */
export const maxOpenCalls = 64;

/** The result of a call. Failures are values: branch on `code`, show `message`. */
export type CallResult<Output> =
  { readonly ok: true; readonly output: Output } | { readonly ok: false; readonly code: string; readonly message: string };

/** Reports a dropped message with the reason. Must not throw. */
export type ReportDropped = (reason: string) => void;

export interface RpcClientOptions {
  /** Calls `callback` once after `delayMs`. @returns a function that cancels it */
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
  readonly onDropped?: ReportDropped;
}

export interface RpcClient {
  /**
   * Never rejects. It fails with the codes of the call itself, and with `link-closed`, `deadline`
   * (see `callDeadlineMs`), `busy` (see `maxOpenCalls`), `bad-input`, `bad-output` or
   * `internal-error`.
   */
  call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallResult<CallOutput<Name>>>;
  on<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void): Unsubscribe;
  /** Fails the open calls with `link-closed` and stops listening. */
  close(): void;
}

/**
 * The handlers of one area's calls or of all, by their entries in the contract. A missing one does
 * not compile.
 */
export type HandlersOf<Calls extends Partial<Contract['calls']>> = {
  readonly [Name in keyof Calls & CallName]: (
    input: CallInput<Name>,
  ) => CallResult<CallOutput<Name>> | Promise<CallResult<CallOutput<Name>>>;
};
export type Handlers = HandlersOf<Contract['calls']>;

export interface RpcServer {
  emit<Name extends EventName>(name: Name, payload: EventPayload<Name>): void;
  /** Stops listening. Calls in progress get no answer. */
  close(): void;
}

type CallTable = {
  readonly [Name in CallName]: { readonly input: z.ZodType<CallInput<Name>>; readonly output: z.ZodType<CallOutput<Name>> };
};
type EventTable = { readonly [Name in EventName]: z.ZodType<EventPayload<Name>> };
type Listeners = { readonly [Name in EventName]: Set<(payload: EventPayload<Name>) => void> };

const calls: CallTable = contract.calls;
const events: EventTable = contract.events;

const idSchema = z.int().nonnegative();
const callSchema = z.object({ type: z.literal('call'), id: idSchema, name: z.string(), input: z.unknown() });
const answerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('reply'), id: idSchema, output: z.unknown() }),
  z.object({ type: z.literal('failure'), id: idSchema, code: z.string(), message: z.string() }),
  z.object({ type: z.literal('event'), name: z.string(), payload: z.unknown() }),
]);

const say = createSay(commonMessages);

const linkClosed = { ok: false, code: 'link-closed', message: say('link.closed') } as const;
const deadlinePassed = { ok: false, code: 'deadline', message: say('link.deadline') } as const;
const tooManyCalls = {
  ok: false,
  code: 'busy',
  message: say('link.crowded'),
} as const;
const badInput = { ok: false, code: 'bad-input', message: say('link.bad-input') } as const;
const badOutput = { ok: false, code: 'bad-output', message: say('link.bad-output') } as const;
const unknownCall = { ok: false, code: 'unknown-call', message: say('link.unknown-call') } as const;
const internalError = { ok: false, code: 'internal-error', message: say('link.internal-error') } as const;

export function createRpcClient(link: Link, { setTimer, onDropped = () => undefined }: RpcClientOptions): RpcClient {
  const open = new Map<number, (answer: CallResult<unknown>) => void>();
  const listeners = createListeners();
  let linkIsOpen = false;
  let lastId = 0;

  function failOpenCalls(): void {
    linkIsOpen = false;
    for (const settle of [...open.values()]) settle(linkClosed);
  }

  function deliver<Name extends EventName>(name: Name, payload: unknown): void {
    const parsed = events[name].safeParse(payload);
    if (!parsed.success) return onDropped(`malformed event ${name}`);
    for (const listener of [...listeners[name]]) listener(parsed.data);
  }

  const undo = [
    link.onOpen(() => void (linkIsOpen = true)),
    link.onClose(failOpenCalls),
    link.onMessage((message) => {
      const parsed = answerSchema.safeParse(message);
      if (!parsed.success) return onDropped('malformed message');
      const answer = parsed.data;
      if (answer.type === 'event') {
        if (isEventName(answer.name)) deliver(answer.name, answer.payload);
        else onDropped('unknown event');
        return;
      }
      const settle = open.get(answer.id);
      if (settle === undefined) return onDropped('answer to no open call');
      settle(
        answer.type === 'reply' ? { ok: true, output: answer.output } : { ok: false, code: answer.code, message: answer.message },
      );
    }),
  ];

  return {
    call(name, input) {
      if (!linkIsOpen) return Promise.resolve(linkClosed);
      if (open.size >= maxOpenCalls) return Promise.resolve(tooManyCalls);
      lastId += 1;
      const id = lastId;
      return new Promise((resolve) => {
        const cancelDeadline = setTimer(() => open.get(id)?.(deadlinePassed), callDeadlineMs);
        open.set(id, (answer) => {
          open.delete(id);
          cancelDeadline();
          if (!answer.ok) return resolve(answer);
          const output = calls[name].output.safeParse(answer.output);
          if (output.success) return resolve({ ok: true, output: output.data });
          onDropped(`malformed output of ${name}`);
          resolve(badOutput);
        });
        link.send({ type: 'call', id, name, input });
      });
    },
    on(name, listener) {
      // A wrapper, so that subscribing a function twice gives two subscriptions.
      const own: typeof listener = (payload) => listener(payload);
      listeners[name].add(own);
      return () => void listeners[name].delete(own);
    },
    close() {
      for (const stop of undo.splice(0)) stop();
      failOpenCalls();
    },
  };
}

/**
 * Answers the calls that arrive over `link`. A malformed, unknown or excess call fails and reaches
 * no handler. An exception in a handler stays here: the caller gets `internal-error`, and
 * `onDropped` the reason.
 */
export function serveRpc(
  link: Link,
  handlers: Handlers,
  { onDropped = () => undefined }: { onDropped?: ReportDropped } = {},
): RpcServer {
  let inProgress = 0;
  // Answers to calls of an earlier connection are not sent: after a reload the other end counts its
  // calls from 1 again.
  let opening = 0;

  async function run<Name extends CallName>(name: Name, input: unknown): Promise<CallResult<CallOutput<Name>>> {
    const parsed = calls[name].input.safeParse(input);
    if (!parsed.success) return badInput;
    return handlers[name](parsed.data);
  }

  async function answer(id: number, name: string, input: unknown): Promise<void> {
    const askedIn = opening;
    const result = await resultOf(name, input);
    if (askedIn !== opening) return;
    if (result.ok) link.send({ type: 'reply', id, output: result.output });
    else link.send({ type: 'failure', id, code: result.code, message: result.message });
  }

  async function resultOf(name: string, input: unknown): Promise<CallResult<unknown>> {
    if (!isCallName(name)) return unknownCall;
    if (inProgress >= maxOpenCalls) return tooManyCalls;
    inProgress += 1;
    try {
      return await run(name, input);
    } catch (error) {
      onDropped(`call ${name} threw: ${String(error)}`);
      return internalError;
    } finally {
      inProgress -= 1;
    }
  }

  const undo = [
    link.onClose(() => void (opening += 1)),
    link.onMessage((message) => {
      const parsed = callSchema.safeParse(message);
      if (parsed.success) void answer(parsed.data.id, parsed.data.name, parsed.data.input);
      else onDropped('malformed message');
    }),
  ];

  return {
    emit(name, payload) {
      link.send({ type: 'event', name, payload });
    },
    close() {
      opening += 1;
      for (const stop of undo.splice(0)) stop();
    },
  };
}

function createListeners(): Listeners {
  return Object.fromEntries(Object.keys(events).map((name) => [name, new Set()])) as unknown as Listeners;
}

// Own properties only: `constructor` and `__proto__` are not calls.
function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}

function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name);
}
