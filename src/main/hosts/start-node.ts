/**
 * Starts a node for any host: the real ports, the profile with its messages, and the core, put
 * together. What a person changes is remembered, what is wrong with the profile becomes health, and
 * commands that find the profile in use are served over its socket (control/). Showing the node to
 * somebody is left to the hosts (index.ts, cli.ts), and so is asking it to stop.
 */
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Unsubscribe } from '../../shared/rpc/link.ts';
import { controlVersion } from './cli/control/protocol.ts';
import { serveControl } from './cli/control/serve-control.ts';
import { createHallway, type Hallway, type HallwayOptions } from '../core/hallway.ts';
import { pause, untilAborted } from '../core/lib/delay.ts';
import type { Envelope, Log, Ports, SessionProof, SettingsFile } from '../core/ports.ts';
import { refuse } from '../../shared/text/messages/problem-values.ts';
import { ownProfileDirectory } from '../node/storage/profile/default-profile-directory.ts';
import { openMessageStore } from '../node/storage/database/message-store.ts';
import { openProfile, type OpenProfileResult, type Profile } from '../node/storage/profile/profile-folder.ts';
import { logLife } from '../node/storage/profile/profile-log.ts';
import type { ProfileProblem } from '../node/storage/profile/profile-problems.ts';
import { createRetention, type Retention } from '../node/storage/database/retention.ts';
import type { SettingsChange } from '../node/storage/profile/settings-file.ts';
import { readTeamPassphrases, type TeamPassphrases } from '../node/storage/profile/team-key-file.ts';
import { createFileLog } from '../node/system/file-log.ts';
import { logFilePath, readLogTail } from '../node/system/log-files.ts';
import { joinLogs } from '../node/system/log.ts';
import { createTlsTransport } from '../node/net/tls-transport.ts';
import { createSystemPorts } from '../node/system/system-ports.ts';
import { readVersions } from '../node/system/versions.ts';
import type { MessagingPorts } from '../core/messaging/messages.ts';
import { createIdentity, createSignatures, identityFromPem } from '../node/crypto/identity.ts';
import { createSessionProof } from '../node/crypto/session-proof.ts';
import { createTeamEnvelope, deriveTeamKey, type TeamKeySource } from '../node/crypto/team-key.ts';

/**
 * Leaving takes 50 ms between two goodbyes, and closing sockets; more than this is a fault that
 * must not keep the process alive.
 */
export const stopDeadlineMs = 3_000;

/**
 * A backup or a virus scanner keeps a file for seconds; who waits longer for a window that does not
 * come starts the program again.
 */
const defaultHistoryPatienceMs = 10_000;

/** Of the log in a problem report: some 600 lines, which a person can still look through. */
const maxReportedLogBytes = 64 * 1024;

export interface StartOptions {
  readonly log: Log;
  /** Absent means the operating system's place for it. */
  readonly profileDirectory?: string;
  /** For this run; remembered only if it is changed later. */
  readonly name?: string;
  readonly presence?: NonNullable<HallwayOptions['presence']>;
  /** Of Hallway, for problem reports. */
  readonly version?: string;
  /** Whether a log is kept in the profile too: for hosts that run for long. */
  readonly keepsLog?: boolean;
  /** For what concerns the profile alone: the network is not touched. */
  readonly offline?: boolean;
  /** Absent means an open network. */
  readonly teamKey?: TeamKeySource;
  /**
   * How long the messages are waited for while another program has locked them. Absent means
   * `defaultHistoryPatienceMs`.
   */
  readonly historyPatienceMs?: number;
}

export interface StartedNode {
  readonly hallway: Hallway;
  readonly profile: Profile;
  readonly ports: Ports;
  /**
   * The log in the profile alone, for what the host says elsewhere itself; undefined where none is
   * kept.
   */
  readonly profileLog: Log | undefined;
  /**
   * Settles if the core ends though nobody asked it to: a bug, after which only a new process
   * helps.
   */
  readonly failed: Promise<unknown>;
  /**
   * Says goodbye, closes everything, saves what is unsaved and releases the profile. Idempotent,
   * and done within `stopDeadlineMs`.
   */
  stop(): Promise<void>;
}

export type StartFailure = Extract<OpenProfileResult | TeamPassphrases, { ok: false }>;

export type StartResult = { readonly ok: true; readonly node: StartedNode } | StartFailure;

/**
 * The network is opened on the next turn of the event loop: whoever subscribes to `hallway` before
 * awaiting anything else misses nothing.
 */
export async function startNode(options: StartOptions): Promise<StartResult> {
  // Before anything else: whoever asked for a closed network must never be seen in the open one.
  const team = await openTeam(options.teamKey);
  if (!team.ok) return team;
  const system = createSystemPorts();
  const directory = options.profileDirectory ?? ownProfileDirectory();
  if (directory === undefined) return refuse('profile-unusable', { reason: 'noHome', directory: '' });
  const keys = { create: createIdentity, read: identityFromPem };
  const opened = await openProfile(directory, { ...system, keys });
  if (!opened.ok) return opened;

  const { profile } = opened;
  const fileLog = options.keepsLog ? createFileLog({ directory: profile.directory, threshold: 'info' }) : undefined;
  const versions = readVersions(options.version ?? 'unknown');
  const remembering = rememberChoices(profile);
  const ports: Ports = {
    ...system,
    settingsFile: remembering,
    identity: profile.identity,
    signatures: createSignatures(),
    log: fileLog ? joinLogs([options.log, fileLog]) : options.log,
    reportSource: { versions, logTail: () => readLogTail(profile.directory, maxReportedLogBytes) },
    ...(team.envelope && { envelope: team.envelope }),
  };
  const messages = await openMessages(profile, ports, team.proof, options.historyPatienceMs);
  const hallway = createHallway(ports, hallwayOptions(profile, options), messages.messagingPorts);
  const problems = [...profile.problems, ...(team.problem ? [team.problem] : []), ...messages.problems];
  const stopLogging = fileLog && logLife(hallway, fileLog, { path: logFilePath(profile.directory, 0), versions });
  const control = serveControl(hallway, { clock: ports.clock });
  profile.serveControl(controlVersion, control.accept);
  const stopRemembering = remembering.emit(hallway, problems);
  messages.retention?.keep(hallway.settings.get('keepDays'));
  const stopRetention = hallway.subscribe((event) => {
    if (event.type === 'settings-changed' && event.settings.keepDays !== undefined)
      messages.retention?.keep(event.settings.keepDays);
  });
  const running = runHallway(hallway, ports, options.offline ?? false, {
    stopping() {
      profile.serveControl(controlVersion, undefined);
      control.close();
      stopRetention();
      messages.retention?.stop();
    },
    stopped: messages.close,
    async released() {
      stopRemembering();
      stopLogging?.();
      await profile.release();
    },
  });
  return { ok: true, node: { hallway, profile, ports, profileLog: fileLog, ...running } };
}

function hallwayOptions({ settings, incarnation }: Profile, { name, presence }: StartOptions): HallwayOptions {
  return {
    name: accountName(),
    host: hostname(),
    incarnation,
    settings: { chosen: settings.chosen, ...(name !== undefined && { forThisRun: { name } }) },
    presence: { preferredUnicastPort: settings.unicastPort ?? 0, ...presence },
  };
}

interface OpenedTeam {
  readonly ok: true;
  readonly envelope?: Envelope;
  readonly proof?: SessionProof;
  readonly problem?: ProfileProblem;
}

async function openTeam(source: TeamKeySource | undefined): Promise<OpenedTeam | Extract<TeamPassphrases, { ok: false }>> {
  if (source === undefined) return { ok: true };
  const read = await readTeamPassphrases(source);
  if (!read.ok) return read;
  const [first, ...others] = read.passphrases;
  const keys = [deriveTeamKey(first), ...others.map(deriveTeamKey)] as const;
  return {
    ok: true,
    envelope: createTeamEnvelope(keys),
    proof: createSessionProof(keys),
    ...(read.problem && { problem: read.problem }),
  };
}

interface OpenedMessages {
  /**
   * Absent where the messages cannot be opened now: then nobody can be talked to, rather than split
   * the history.
   */
  readonly messagingPorts: MessagingPorts | undefined;
  readonly problems: readonly ProfileProblem[];
  readonly retention: Retention | undefined;
  close(): void;
}

async function openMessages(
  { directory, identity }: Profile,
  { clock, log }: Ports,
  proof: SessionProof | undefined,
  patienceMs = defaultHistoryPatienceMs,
): Promise<OpenedMessages> {
  const opened = await openMessageStore(join(directory, 'messages.db'), { clock }, { patienceMs });
  if (!opened.ok) {
    return { messagingPorts: undefined, problems: [opened.problem], retention: undefined, close: () => undefined };
  }
  const { store, problems } = opened;
  const transport = createTlsTransport({ clock, credentials: identity.tlsCredentials() });
  return {
    messagingPorts: { transport, store, ...(proof && { proof }) },
    problems,
    retention: createRetention({ clock, log, store }),
    close: () => store.close(),
  };
}

interface EndOfNode {
  /** The core is about to be stopped. */
  stopping(): void;
  /**
   * It has stopped, in time: it keeps messages until then. Otherwise the database is left as after
   * a crash, which it survives.
   */
  stopped(): void;
  /** Last of all. */
  released(): Promise<void>;
}

function runHallway(hallway: Hallway, ports: Ports, offline: boolean, end: EndOfNode): Pick<StartedNode, 'failed' | 'stop'> {
  const stopping = new AbortController();
  const running = offline
    ? untilAborted(stopping.signal)
    : new Promise<void>((resolve, reject) => {
        ports.clock.setTimer(() => {
          hallway.run({ signal: stopping.signal, ready: () => undefined }).then(resolve, reject);
        }, 0);
      });
  const failed = new Promise<unknown>((resolve) => {
    const endedUnasked = (reason: unknown): void => {
      if (!stopping.signal.aborted) resolve(reason);
    };
    running.then(() => endedUnasked(new Error('the core ended without being asked to')), endedUnasked);
  });

  async function stop(): Promise<void> {
    end.stopping();
    stopping.abort();
    const late = new AbortController();
    const left = running.then(
      () => true,
      () => true,
    );
    const inTime = await Promise.race([left, pause(ports.clock, stopDeadlineMs, late.signal).then(() => false)]);
    late.abort();
    if (inTime) end.stopped();
    else ports.log.write('warning', 'leaving took too long and was cut short', { stopDeadlineMs });
    await end.released();
  }

  let stopped: Promise<void> | undefined;
  return { failed, stop: () => (stopped ??= stop()) };
}

interface Remembering extends SettingsFile {
  /**
   * From now on what cannot be saved, and what is wrong with the profile, is told as health.
   *
   * @returns its undo
   */
  emit(hallway: Hallway, problems: readonly ProfileProblem[]): Unsubscribe;
}

/**
 * Saves what the user chose, and the unicast port. What `--name` or a default said is not a choice
 * to remember.
 */
function rememberChoices({ settings }: Profile): Remembering {
  const undoByCode = new Map<string, Unsubscribe>();
  let board: Hallway['health'] | undefined;

  return {
    save,
    emit(hallway, problems) {
      board = hallway.health;
      show([...problems, ...settings.problems()], []);
      return hallway.subscribe((event) => {
        if (event.type === 'ready' && event.unicastPort !== settings.unicastPort) void save({ unicastPort: event.unicastPort });
      });
    },
  };

  async function save(change: SettingsChange): Promise<boolean> {
    const problem = await settings.save(change);
    show([...settings.problems(), ...(problem ? [problem] : [])], ['setting-invalid', 'profile-not-writable']);
    return problem === undefined;
  }

  /** @param gone codes that are withdrawn if they are not among the problems any more */
  function show(problems: readonly ProfileProblem[], gone: readonly string[]): void {
    for (const code of gone) {
      if (problems.some((problem) => problem.code === code)) continue;
      undoByCode.get(code)?.();
      undoByCode.delete(code);
    }
    for (const problem of problems) if (board) undoByCode.set(problem.code, board.report(problem));
  }
}

/** The account's name; a container may run as a user that has none. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
