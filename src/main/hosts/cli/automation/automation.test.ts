import { say } from '../../../../shared/text/messages/page.ts';
import { PassThrough, type Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf, type FakeHallway } from '../../../../../test/fakes/fake-hallway.ts';
import { createStalledReader } from '../../../../../test/fixtures/stalled-reader.ts';
import { createEmitter } from '../../../../shared/lib/emitter.ts';
import { diagnosticsSchema } from '../../../../shared/contract/diagnostics.ts';
import { settingKeys } from '../../../../shared/contract/settings.ts';
import type { Hallway, HallwayEvent } from '../../../core/hallway.ts';
import { runAutomation, type AutomationEnd } from './automation.ts';
import { maxLineBytes } from './line-decoder.ts';
import { maxWaitingBytes } from './line-writer.ts';

interface AutomationFixture {
  readonly hallway: FakeHallway;
  readonly input: PassThrough;
  readonly output: Writable;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly abort: () => void;
  readonly ended: Promise<AutomationEnd>;
  /** Events of the real core, which the fake cannot send. */
  emit(event: HallwayEvent): void;
  /** Sends lines as they are. */
  say(...lines: readonly (string | Uint8Array)[]): void;
  /** Everything written since the last call. */
  heard(): Promise<readonly string[]>;
}

function createAutomationFixture(
  prepare: (hallway: FakeHallway) => void = () => undefined,
  output: Writable = new PassThrough(),
): AutomationFixture {
  const hallway = createFakeHallway(fakeSelf({ name: 'Ana' }));
  prepare(hallway);
  const core = createEmitter<HallwayEvent>();
  const both: Hallway = {
    ...hallway,
    subscribe(listener) {
      const undo = [hallway.subscribe(listener), core.subscribe(listener)];
      return () => undo.forEach((undoOne) => undoOne());
    },
  };
  const input = new PassThrough();
  const clock = createFakeClock();
  const stopping = new AbortController();
  const ended = runAutomation(both, { clock, input, output }, stopping.signal);
  return {
    hallway,
    input,
    output,
    clock,
    abort: () => stopping.abort(),
    ended,
    emit: core.emit,
    say(...lines) {
      for (const line of lines) input.write(typeof line === 'string' ? `${line}\n` : line);
    },
    async heard() {
      await settle();
      const written = output instanceof PassThrough ? (output.read() as Buffer | null) : null;
      const text = written?.toString() ?? '';
      return text.split('\n').slice(0, -1);
    },
  };
}

/** Lets streams and promises do all that they can do without new input. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const ownId = fakePeerId(999_999);
const bo = fakePeer(1, { name: 'Bo' });
const boText = `{"peerId":"${bo.peerId}","name":"Bo","host":"host-1","status":"available","note":"","addresses":["10.0.0.1:50000"],"presence":"online","lastSeenMs":1760000000000,"verified":false}`;

describe('[AUTO-1] events, to the letter', () => {
  it('are told in order, and no others', async () => {
    const fixture = createAutomationFixture();
    fixture.emit({ type: 'ready', unicastPort: 5, tcpPort: 6, interfaces: [{ name: 'lo', address: '127.0.0.1' }] });
    fixture.hallway.putPeer(bo);
    fixture.hallway.putPeer({ ...bo, presence: 'suspect' });
    fixture.hallway.see(bo.peerId, 1_760_000_000_500);
    fixture.hallway.setSelf({ note: 'not told' });
    fixture.hallway.leave(bo.peerId, 'expired');
    fixture.hallway.forget(bo.peerId);
    fixture.hallway.setHealth([{ sinceMs: 9, values: { port: 4_255 }, severity: 'error', code: 'port-taken' }]);
    fixture.hallway.setHealth([]);

    expect(await fixture.heard()).toEqual([
      `{"event":"ready","peerId":"${ownId}","name":"Ana","tcpPort":6,"unicastPort":5,"interfaces":[{"name":"lo","address":"127.0.0.1"}]}`,
      `{"event":"peer-joined","peer":${boText}}`,
      `{"event":"peer-updated","peer":${boText.replace('online', 'suspect')}}`,
      `{"event":"peer-left","peerId":"${bo.peerId}","name":"Bo","reason":"expired"}`,
      `{"event":"health","health":[{"code":"port-taken","severity":"error","title":"Another program is using UDP port 4255","remedy":"${say('health.port-taken.remedy')}","sinceMs":9}]}`,
      '{"event":"health","health":[]}',
    ]);
  });

  it('begin with what is wrong already', async () => {
    const fixture = createAutomationFixture((hallway) =>
      hallway.health.report({ code: 'looks-offline', severity: 'warning', values: {} }),
    );
    expect(await fixture.heard()).toEqual([
      `{"event":"health","health":[{"code":"looks-offline","severity":"warning","title":"${say('health.looks-offline.title')}","remedy":"${say('health.looks-offline.remedy')}","sinceMs":0}]}`,
    ]);
  });
});

describe('[AUTO-1] replies, to the letter', () => {
  it('[AUTO-4] peers: those who are here, never the departed', async () => {
    const fixture = createAutomationFixture((hallway) => {
      hallway.putPeer(bo);
      hallway.putPeer(fakePeer(2));
      hallway.leave(fakePeerId(2), 'goodbye');
    });
    fixture.say('{"id":1,"cmd":"peers"}');
    expect(await fixture.heard()).toEqual([`{"reply":1,"ok":true,"peers":[${boText}]}`]);
  });

  it('[PROF-1] [PROF-2] profile: what became of it, or why not', async () => {
    const fixture = createAutomationFixture((hallway) => hallway.putPeer(bo));
    fixture.say(
      '{"id":1,"cmd":"profile","name":" Eva ","status":"busy","note":"n"}',
      '{"id":2,"cmd":"profile"}',
      '{"id":"x","cmd":"profile","name":"Bo"}',
    );
    const [first, second, third] = await fixture.heard();
    expect([first, second]).toEqual([
      '{"reply":1,"ok":true,"name":"Eva","status":"busy","note":"n"}',
      '{"reply":2,"ok":true,"name":"Eva","status":"busy","note":"n"}',
    ]);
    expect(JSON.parse(third ?? '')).toEqual({ reply: 'x', ok: false, code: 'name-in-use', message: expect.any(String) });
  });

  it('diagnostics', async () => {
    const fixture = createAutomationFixture();
    fixture.say('{"id":10,"cmd":"diagnostics"}');
    const [line] = await fixture.heard();
    const { reply, ok, diagnostics } = JSON.parse(line ?? '') as Record<string, unknown>;
    expect([reply, ok]).toEqual([10, true]);
    expect(diagnosticsSchema.strict().parse(diagnostics)).toEqual(fixture.hallway.diagnostics.read());
  });

  it('[CALL-2] connect: who answered, or why nobody did; later commands wait for it', async () => {
    const fixture = createAutomationFixture((hallway) => hallway.putPeer(bo));
    fixture.say(
      '{"id":1,"cmd":"connect","address":"10.0.0.1:50000"}',
      '{"id":2,"cmd":"connect","address":"10.9.9.9:50000"}',
      '{"id":3,"cmd":"profile","note":"n"}',
      '{"id":4,"cmd":"connect"}',
    );
    expect((await fixture.heard()).map((line) => JSON.parse(line) as unknown)).toEqual([
      { reply: 1, ok: true, peerId: bo.peerId },
      { reply: 2, ok: false, code: 'no-answer', message: expect.any(String) },
      { reply: 3, ok: true, name: 'Ana', status: 'available', note: 'n' },
      { event: 'error', code: 'bad-command', message: 'The field "address" is invalid.' },
    ]);
  });

  it('[SET-2, SET-5] settings: all of them, one changed and taken back, and why others are not', async () => {
    const fixture = createAutomationFixture();
    fixture.say(
      '{"id":1,"cmd":"set","key":"keepDays","value":30}',
      '{"id":2,"cmd":"settings"}',
      '{"id":3,"cmd":"reset","key":"keepDays"}',
      '{"id":4,"cmd":"set","key":"passive","value":"yes"}',
      '{"id":5,"cmd":"set","key":"nope","value":1}',
      '{"id":6,"cmd":"set","key":"name","value":"everyone"}',
    );
    const [set, settings, reset, ...refused] = await fixture.heard();
    expect([set, reset]).toEqual(['{"reply":1,"ok":true}', '{"reply":3,"ok":true}']);
    expect(settings).toMatch(
      /^\{"reply":2,"ok":true,"settings":\{"name":\{"value":"Ana","default":"Ana","locked":false\},"status":\{/,
    );
    expect(settings).toContain('"keepDays":{"value":30,"default":null,"locked":false}');
    const { settings: all } = JSON.parse(settings ?? '') as { readonly settings: object };
    expect(Object.keys(all)).toEqual(settingKeys);
    expect(refused.map((line) => JSON.parse(line) as unknown)).toEqual([
      { reply: 4, ok: false, code: 'bad-value', message: '"passive" must be true or false.' },
      { reply: 5, ok: false, code: 'unknown-setting', message: 'There\'s no setting "nope".' },
      { reply: 6, ok: false, code: 'name-reserved', message: expect.any(String) },
    ]);
  });

  it('rooms: not on a node without them', async () => {
    const fixture = createAutomationFixture();
    fixture.say('{"id":4,"cmd":"rooms"}');
    expect(await fixture.heard()).toEqual([
      '{"reply":4,"ok":false,"code":"not-available","message":"This node has no rooms. See \\"health\\" for the reason."}',
    ]);
  });
});

describe('[AUTO-2] a bad line', () => {
  it('gets one event and does nothing else; those around it are unharmed', async () => {
    const fixture = createAutomationFixture();
    fixture.say(
      'garbage',
      Uint8Array.of(0xff, 0x0a),
      'x'.repeat(maxLineBytes + 1),
      '{"id":1,"cmd":"profile","name":"Eva","status":"asleep"}',
      '{"id":2,"cmd":"profile"}',
    );
    expect(await fixture.heard()).toEqual([
      '{"event":"error","code":"bad-command","message":"The line isn\'t JSON."}',
      '{"event":"error","code":"bad-command","message":"The line isn\'t UTF-8 text."}',
      `{"event":"error","code":"bad-command","message":"The line is longer than ${maxLineBytes} bytes."}`,
      '{"event":"error","code":"bad-command","message":"The field \\"status\\" is invalid."}',
      '{"reply":2,"ok":true,"name":"Ana","status":"available","note":""}',
    ]);
  });
});

describe('[AUTO-3] the end', () => {
  it('comes with quit, which is answered; what follows is not read', async () => {
    const fixture = createAutomationFixture();
    fixture.say('{"id":1,"cmd":"quit"}', '{"id":2,"cmd":"profile","name":"Eva"}');
    expect(await fixture.ended).toBe('quit');
    expect(await fixture.heard()).toEqual(['{"reply":1,"ok":true}']);
    expect(fixture.hallway.profile.self().name).toBe('Ana');
  });

  it('comes with the end of input, after the last line was answered though nothing ended it', async () => {
    const fixture = createAutomationFixture();
    fixture.input.end('{"id":1,"cmd":"profile","name":"Eva"}');
    expect(await fixture.ended).toBe('input-ended');
    expect(await fixture.heard()).toEqual(['{"reply":1,"ok":true,"name":"Eva","status":"available","note":""}']);
  });

  it('comes with a failing input, a signal, a signal from before, or a reader that went away', async () => {
    const failing = createAutomationFixture();
    failing.input.destroy(new Error('EIO'));
    const aborted = createAutomationFixture();
    aborted.abort();
    const unread = createAutomationFixture();
    unread.output.destroy(new Error('EPIPE'));
    const stopped = AbortSignal.abort();
    const streams = { clock: createFakeClock(), input: new PassThrough(), output: new PassThrough() };
    const early = runAutomation(createFakeHallway(), streams, stopped);

    expect(await Promise.all([failing.ended, aborted.ended, unread.ended, early])).toEqual([
      'input-ended',
      'aborted',
      'output-closed',
      'aborted',
    ]);
  });

  it('leaves nothing behind: no event is told any more, no timer waits', async () => {
    const fixture = createAutomationFixture();
    fixture.abort();
    await fixture.ended;
    fixture.hallway.putPeer(bo);
    expect([await fixture.heard(), fixture.clock.pendingTimers()]).toEqual([[], 0]);
  });
});

describe('a reader that is too slow', () => {
  it('gets no further answers, and is asked for no further commands, until it has read', async () => {
    const { output, lines: readLines, release } = createStalledReader();
    const fixture = createAutomationFixture(undefined, output);
    for (let id = 0; id < 1_000; id += 1) fixture.say(`{"id":${id},"cmd":"peers"}`);
    await settle();
    const whileStalled = output.writableLength;
    release();
    await settle();
    fixture.input.end();
    await fixture.ended;

    expect(whileStalled).toBe('{"reply":0,"ok":true,"peers":[]}\n'.length);
    expect(readLines()).toHaveLength(1_000);
  });

  it('loses events beyond a limit, in bounded memory, and is told so once it reads again', async () => {
    const { output, lines: readLines, release } = createStalledReader();
    const fixture = createAutomationFixture(undefined, output);
    for (let count = 0; count < 100_000; count += 1) fixture.hallway.putPeer({ ...bo, note: `${count}` });
    const waitingBytes = output.writableLength;
    release();
    await settle();
    fixture.hallway.leave(bo.peerId, 'goodbye');
    await settle();

    const lines = readLines();
    const emitted = lines.length - 2;
    expect(waitingBytes).toBeLessThan(maxWaitingBytes + 1_000);
    expect(lines.slice(-2).map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        event: 'error',
        code: 'events-dropped',
        message: `${100_000 - emitted} events were dropped because no one read them in time. Ask "peers" and "history" for the current state.`,
      },
      { event: 'peer-left', peerId: bo.peerId, name: 'Bo', reason: 'goodbye' },
    ]);
  });

  it('[AUTO-3] does not keep the node from leaving', async () => {
    const { output } = createStalledReader();
    const fixture = createAutomationFixture(undefined, output);
    fixture.say('{"id":1,"cmd":"quit"}');
    await settle();
    await fixture.clock.advance(1_000);
    expect(await fixture.ended).toBe('quit');
  });
});
