/** The application's half of the channel to the test (`control-messages.ts`). */
import type { CallRecord, Question, ToApplication, ToTest } from './control-messages.ts';

type Handler = (message: ToApplication) => void;

const handlers = new Set<Handler>();

/** Set by `register.ts`. A unit test uses parts of the stub in its own process, whose IPC is not ours. */
const isDriven = process.env['HALLWAY_ELECTRON_STUB'] === 'driven';

/** The records of a unit test; with a test in another process they go there. */
export const ownRecords: CallRecord[] = [];

export function notify(message: ToTest): void {
  if (isDriven) process.send?.(message);
}

export function record(what: string, value: unknown = null): void {
  const entry: CallRecord = { what, value };
  if (!isDriven) ownRecords.push(entry);
  notify({ type: 'record', record: entry });
}

export function onControl(handler: Handler): void {
  handlers.add(handler);
}

/** Answers one kind of question. What it throws becomes the answer, so that the test fails with the reason. */
export function onQuestion<What extends Question['what']>(
  what: What,
  answer: (question: Extract<Question, { what: What }>) => unknown,
): void {
  onControl((message) => {
    if (message.type !== 'question' || message.question.what !== what) return;
    void reply(message.id, () => answer(message.question as Extract<Question, { what: What }>));
  });
}

async function reply(id: number, answer: () => unknown): Promise<void> {
  try {
    notify({ type: 'answer', id, value: { ok: true, value: await answer() } });
  } catch (error) {
    notify({ type: 'answer', id, value: { ok: false, error: String(error) } });
  }
}

if (isDriven) {
  process.on('message', (message) => {
    for (const handler of [...handlers]) handler(message as ToApplication);
  });
  // A test that is gone, however it ended, must not leave applications behind.
  process.on('disconnect', () => process.exit(1));
}
