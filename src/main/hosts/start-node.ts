/**
 * Starts a node for any host: opens the profile and its messages, creates the system ports and the
 * core, and wires them. Problems of the profile become health entries. Commands that find the
 * profile in use are served over its socket (cli/control/). The entry points (index.ts, cli.ts)
 * show the node to the user and ask it to stop.
 */
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { controlVersion } from './cli/control/protocol.ts';
import { serveControl } from './cli/control/serve-control.ts';
import { createSettingsSaver } from './settings-saver.ts';
import { createHallway, type Hallway, type HallwayOptions, type NodeMessagingPorts } from '../core/hallway.ts';
import { pause, untilAborted } from '../core/lib/delay.ts';
import type { Envelope, Log, Ports } from '../core/ports.ts';
import type { SettingsPolicy } from '../../shared/contract/policy.ts';
import { settingsTable } from '../../shared/contract/settings.ts';
import { isVersion } from '../../shared/lib/version.ts';
import { refuse } from '../../shared/text/messages/problem-values.ts';
import { findDownloadsDirectory } from '../node/files/downloads-directory.ts';
import { createTransferDisk } from '../node/files/transfer-disk.ts';
import { ownProfileDirectory } from '../node/storage/profile/default-profile-directory.ts';
import { openMessageStore } from '../node/storage/database/message-store.ts';
import { openProfile, type OpenProfileResult, type Profile } from '../node/storage/profile/profile-folder.ts';
import { logLife } from '../node/storage/profile/profile-log.ts';
import { teamKeyWeak, type ProfileProblem } from '../node/storage/profile/profile-problems.ts';
import { createRetention, type Retention } from '../node/storage/database/retention.ts';
import { readTeamPassphrases, type TeamPassphrases } from '../node/storage/profile/team-key-file.ts';
import { findFirewallTool } from '../node/system/firewall-tool.ts';
import { createFileLog } from '../node/system/file-log.ts';
import { logFilePath, readLogTail } from '../node/system/log-files.ts';
import { joinLogs } from '../node/system/log.ts';
import { createTlsTransport } from '../node/net/tls-transport.ts';
import { readPolicy, type ReadPolicy } from '../node/system/policy/read-policy.ts';
import { createSystemPorts } from '../node/system/system-ports.ts';
import { builtAtMs } from '../node/system/built-at.ts';
import { readVersions } from '../node/system/versions.ts';

import { createCallPrefaces } from '../node/crypto/call-preface.ts';
import { createIdentity, createSignatures, identityFromPem } from '../node/crypto/identity.ts';
import { isGuessable } from '../node/crypto/passphrase.ts';
import { createSessionProof } from '../node/crypto/session-proof.ts';
import { createTeamEnvelope, deriveTeamKey, type TeamKey, type TeamKeySource } from '../node/crypto/team-key.ts';

/**
 * Leaving takes two goodbyes 50 ms apart, and closing the sockets. A longer stop is a fault, which
 * must not keep the process alive.
 */
export const stopDeadlineMs = 3_000;

/**
 * Long enough for a backup or a virus scanner to release the file. Users start the program again
 * when no window opens for longer.
 */
const defaultHistoryPatienceMs = 10_000;

/** Log in a problem report, in bytes: some 600 lines, few enough to look through. */
const maxReportedLogBytes = 64 * 1024;

export interface StartOptions {
  readonly log: Log;
  /** Absent means the operating system's place for it. */
  readonly profileDirectory?: string;
  /** For this run only; saved when the user changes it later. */
  readonly name?: string;
  readonly presence?: NonNullable<HallwayOptions['presence']>;
  /** Hallway's own version, for peers and for problem reports. */
  readonly version?: string;
  /** Whether to write a log file in the profile too, for hosts that run for long. */
  readonly keepsLog?: boolean;
  /** Opens the profile only, without touching the network. */
  readonly offline?: boolean;
  /** An administrator's decisions. Absent means those of the system. */
  readonly administrator?: ReadPolicy;
  /** Absent means an open network. */
  readonly teamKey?: TeamKeySource;
  /** Wait for messages.db while another program has it locked. Default: `defaultHistoryPatienceMs`. */
  readonly historyPatienceMs?: number;
}

export interface StartedNode {
  readonly hallway: Hallway;
  readonly profile: Profile;
  readonly ports: Ports;
  /** Writes to the log file only, for lines that the host prints itself; undefined without one. */
  readonly profileLog: Log | undefined;
  /** Settles when the core ends unasked: a bug, which only a new process recovers from. */
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
 * Opens the network on the next turn of the event loop, so a caller that subscribes to `hallway`
 * before it awaits anything misses no event.
 */
export async function startNode(options: StartOptions): Promise<StartResult> {
  // First: a node with a team key must never appear on the open network.
  const team = await openTeam(options.teamKey);
  if (!team.ok) return team;
  const system = createSystemPorts();
  const administrator = options.administrator ?? readPolicy();
  const directory = options.profileDirectory ?? ownProfileDirectory();
  if (directory === undefined) return refuse('profile-unusable', { reason: 'noHome', directory: '' });
  const keys = { create: createIdentity, read: identityFromPem };
  const opened = await openProfile(directory, { ...system, keys });
  if (!opened.ok) return opened;

  const { profile } = opened;
  let logLevel = profile.settings.chosen.logLevel ?? settingsTable.logLevel.default;
  const fileLog = options.keepsLog ? createFileLog({ directory: profile.directory, threshold: () => logLevel }) : undefined;
  const versions = readVersions(options.version ?? 'unknown');
  const settingsSaver = createSettingsSaver(profile);
  const ports: Ports = {
    ...system,
    settingsFile: settingsSaver,
    identity: profile.identity,
    signatures: createSignatures(),
    log: fileLog ? joinLogs([options.log, fileLog]) : options.log,
    reportSource: {
      versions,
      folder: profile.directory,
      firewallTool: findFirewallTool(),
      logTail: () => readLogTail(profile.directory, maxReportedLogBytes),
    },
    ...(team.envelope && { envelope: team.envelope }),
  };
  const messages = await openMessages(profile, ports, team.keys, options.historyPatienceMs);
  const hallway = createHallway(ports, hallwayOptions(profile, options, administrator.policy), messages.messagingPorts);
  const problems = [...administrator.problems, ...profile.problems, ...team.problems, ...messages.problems];
  const stopLogging = fileLog && logLife(hallway, fileLog, { path: logFilePath(profile.directory, 0), versions });
  const control = serveControl(hallway, ports);
  profile.serveControl(controlVersion, control);
  const stopSaving = settingsSaver.attach(hallway, problems);
  messages.retention?.keep(hallway.settings.get('keepDays'));
  logLevel = hallway.settings.get('logLevel');
  const stopRetention = hallway.subscribe((event) => {
    if (event.type === 'settings-changed' && event.settings.keepDays !== undefined)
      messages.retention?.keep(event.settings.keepDays);
    logLevel = hallway.settings.get('logLevel');
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
      stopSaving();
      stopLogging?.();
      await profile.release();
    },
  });
  return { ok: true, node: { hallway, profile, ports, profileLog: fileLog, ...running } };
}

function hallwayOptions(
  { settings, incarnation }: Profile,
  { name, presence, version }: StartOptions,
  policy: SettingsPolicy,
): HallwayOptions {
  return {
    name: accountName(),
    host: hostname(),
    ...(version !== undefined && isVersion(version) && { version }),
    incarnation,
    builtMs: builtAtMs,
    settings: { chosen: settings.chosen, policy, ...(name !== undefined && { forThisRun: { name } }) },
    presence: { preferredUnicastPort: settings.unicastPort ?? 0, ...presence },
  };
}

interface OpenedTeam {
  readonly ok: true;
  readonly envelope?: Envelope;
  readonly keys?: readonly [TeamKey, ...TeamKey[]];
  readonly problems: readonly ProfileProblem[];
}

async function openTeam(source: TeamKeySource | undefined): Promise<OpenedTeam | Extract<TeamPassphrases, { ok: false }>> {
  if (source === undefined) return { ok: true, problems: [] };
  const read = await readTeamPassphrases(source);
  if (!read.ok) return read;
  const [first, ...others] = read.passphrases;
  const keys = [deriveTeamKey(first), ...others.map(deriveTeamKey)] as const;
  return {
    ok: true,
    envelope: createTeamEnvelope(keys),
    keys,
    problems: [...(read.problem ? [read.problem] : []), ...(read.passphrases.some(isGuessable) ? [teamKeyWeak()] : [])],
  };
}

interface OpenedMessages {
  /** Absent when messages.db cannot be opened: no messaging at all, rather than a split history. */
  readonly messagingPorts: NodeMessagingPorts | undefined;
  readonly problems: readonly ProfileProblem[];
  readonly retention: Retention | undefined;
  close(): void;
}

async function openMessages(
  { directory, identity, settings }: Profile,
  { clock, log }: Ports,
  teamKeys: OpenedTeam['keys'],
  patienceMs = defaultHistoryPatienceMs,
): Promise<OpenedMessages> {
  const opened = await openMessageStore(join(directory, 'messages.db'), { clock }, { patienceMs });
  if (!opened.ok) {
    return { messagingPorts: undefined, problems: [opened.problem], retention: undefined, close: () => undefined };
  }
  const { store, problems } = opened;
  const prefaces = teamKeys && createCallPrefaces(teamKeys, identity.peerId);
  const preferredPort = settings.tcpPort ?? 0;
  const transport = createTlsTransport({ clock, credentials: identity.tlsCredentials(), prefaces, preferredPort });
  const defaultDirectory = (await findDownloadsDirectory()) ?? join(directory, 'received');
  const disk = createTransferDisk({ folder: join(directory, 'transfers'), defaultDirectory, clock, log });
  return {
    messagingPorts: { transport, store, disk, ...(teamKeys && { proof: createSessionProof(teamKeys) }) },
    problems,
    retention: createRetention({ clock, log, store }),
    close: () => store.close(),
  };
}

interface EndOfNode {
  /** Before the core stops. */
  stopping(): void;
  /** The core stopped in time. Otherwise the database stays as after a crash, which it survives. */
  stopped(): void;
  /** After everything else. */
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

/** The account's name; empty for a user without an account, as in some containers. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
