/**
 * The ports: interfaces to the world outside the core. Real implementations are in main/node,
 * simulated ones in test/fakes; both pass the same suite (test/contract). The core reaches time,
 * randomness, the network and the disk only through these.
 */
import type { FirewallTool } from '../../shared/lib/firewall-lines.ts';
import type { PeerId } from '../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../shared/rpc/link.ts';
import type { ChosenSettings } from '../../shared/contract/settings.ts';

export interface Clock {
  /** Milliseconds on a monotonic clock without a date, for time-outs and expiry. */
  monotonicMs(): number;
  /**
   * Milliseconds since 1970 on the wall clock, for display and for detecting sleep. It may jump.
   */
  wallMs(): number;
  /**
   * Calls `callback` once, after `delayMs`; 0 means the next turn of the event loop, after input
   * that already waits.
   *
   * @returns a function that cancels the timer
   */
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
}

/** A time of the week on the user's clock. */
export interface WeekTime {
  /** 0 is Sunday. */
  readonly day: number;
  readonly minuteOfDay: number;
}

/** @param wallMs milliseconds since 1970 @returns that time where the user is */
export type LocalTime = (wallMs: number) => WeekTime;

export interface Random {
  /** A number in [0, 1). Not for secrets. */
  fraction(): number;
  /** Random bytes that an attacker cannot guess. */
  bytes(sizeBytes: number): Uint8Array;
}

export type AddressFamily = 'ipv4' | 'ipv6';

/** One address of one network adapter, as the operating system lists it now. */
export interface InterfaceAddress {
  /** The adapter's name, such as `eth0`. */
  readonly name: string;
  readonly family: AddressFamily;
  /** Without a zone: `fe80::1`, never `fe80::1%eth0`. */
  readonly address: string;
  readonly prefixLength: number;
  /** True for the loopback adapter. */
  readonly internal: boolean;
}

export interface Interfaces {
  /**
   * The addresses of all adapters that are up and have a carrier. There is no change event: poll
   * it.
   */
  list(): readonly InterfaceAddress[];
}

export interface Endpoint {
  readonly family: AddressFamily;
  /** With a zone if sending to it needs one: `fe80::1%eth0`. */
  readonly address: string;
  readonly port: number;
}

export interface UdpOptions {
  readonly family: AddressFamily;
  /** The local address, with its zone if link-local. Absent means every address. */
  readonly address?: string;
  /** The local port; 0 lets the system choose. */
  readonly port: number;
  /**
   * True if several sockets may share the port. Multicast then reaches all of them, unicast only
   * one.
   */
  readonly shared: boolean;
  /**
   * Present on a socket that sends multicast: the adapter and the hop limit. Multicast always loops
   * back to this host.
   */
  readonly multicast?: { readonly interface: InterfaceAddress; readonly hops: number };
}

export interface UdpHandlers {
  /** The bytes belong to the receiver. */
  onDatagram(bytes: Uint8Array, source: Endpoint): void;
  /**
   * Reports a failed send with its destination, or an error of the socket itself. `code` is the
   * system's, such as `EHOSTUNREACH`. The socket stays usable.
   */
  onError(error: PortError, destination?: Endpoint): void;
}

export interface UdpSocket {
  readonly port: number;
  /** Sends one datagram. Failures arrive at `onError`. Does nothing after `close`. */
  send(bytes: Uint8Array, destination: Endpoint): void;
  /** Starts receiving `group` on that adapter. @throws PortError if the system refuses */
  join(group: string, on: InterfaceAddress): void;
  /** Stops receiving `group` on that adapter. Never throws, since the adapter may be gone. */
  leave(group: string, on: InterfaceAddress): void;
  /** Idempotent. Calls no handler afterwards. */
  close(): void;
}

export interface Udp {
  /** @throws PortError with `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`, … */
  open(options: UdpOptions, handlers: UdpHandlers): Promise<UdpSocket>;
}

/** An expected failure of the outside world. Branch on `code`, never on the text. */
export class PortError extends Error {
  override readonly name = 'PortError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** @returns the code of a PortError @throws any other error, since it is a bug of ours */
export function codeOf(error: unknown): string {
  if (error instanceof PortError) return error.code;
  throw error;
}

/** Our identity and its proof. Real implementation: `node/crypto/identity.ts`. */
export interface Identity {
  /** The public key as a compressed P-256 point: 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly peerId: PeerId;
  /** @returns 64 bytes: r and s, 32 bytes each (IEEE P1363) */
  sign(bytes: Uint8Array): Uint8Array;
}

export interface Signatures {
  /** Never throws: a malformed key or signature is `false`. */
  verify(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean;
  /** The peer ID of a public key; undefined if the bytes are not a point of the curve. */
  peerIdOf(publicKey: Uint8Array): string | undefined;
}

/** Digests that the core needs synchronously. Real implementation: `node/crypto/hash.ts`. */
export interface Hash {
  /** @returns 32 bytes (FIPS 180-4) */
  sha256(bytes: Uint8Array): Uint8Array;
  /** @returns the same as 64 hex digits */
  sha256Hex(bytes: Uint8Array): string;
  /** @returns 64 bytes (FIPS 180-4) */
  sha512(bytes: Uint8Array): Uint8Array;
}

/**
 * Encrypts datagrams with the team key, and rejects those of other senders. Real implementation:
 * `node/crypto/team-key.ts`.
 */
export interface Envelope {
  /** Encrypts and authenticates; adds `overheadBytes`. */
  seal(bytes: Uint8Array): Uint8Array;
  /** @returns the content, if it was sealed with a key that we hold; else undefined */
  open(bytes: Uint8Array): Uint8Array | undefined;
  readonly overheadBytes: number;
}

/**
 * Proof that both ends of a stream hold the team key. Real implementation:
 * `node/crypto/session-proof.ts`.
 */
export interface SessionProof {
  /**
   * @param exported keying material that only the two ends of this stream know
   * @param proverId peer ID of the end that proves, so that the other end cannot reflect its proof
   */
  prove(exported: Uint8Array, proverId: string): Uint8Array;
  /** Compares in constant time. */
  isProved(exported: Uint8Array, proverId: string, proof: Uint8Array): boolean;
}

/** Resolves host names to addresses. */
export interface Resolver {
  /** @returns the addresses, best first; none if there is no such host */
  lookup(host: string): Promise<readonly { readonly family: AddressFamily; readonly address: string }[]>;
}

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

export interface Log {
  /** @param fields values that JSON can carry; never a message text or a key */
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Persists the settings that the user chose. */
export interface SettingsFile {
  /**
   * @param change values by key; undefined resets a setting
   * @returns true if saved; if not, the host reports the reason as health. Never rejects
   */
  save(change: ChosenSettings): Promise<boolean>;
}

/**
 * The parts of a problem report from outside the core. They contain no keys and no message texts.
 */
export interface ReportSource {
  /** Versions of the running software, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** The profile folder; empty if there is none. */
  readonly folder: string;
  /** The program that manages the firewall here; undefined if none is known. */
  readonly firewallTool?: FirewallTool | undefined;
  /** The last lines of the log, oldest first. Never rejects. */
  logTail(): Promise<readonly string[]>;
}

export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly udp: Udp;
  readonly interfaces: Interfaces;
  readonly identity: Identity;
  readonly signatures: Signatures;
  readonly hash: Hash;
  readonly log: Log;
  readonly resolver: Resolver;
  /** If absent, the user is where UTC is. */
  readonly localTime?: LocalTime;
  /** Absent if no host requests problem reports. */
  readonly reportSource?: ReportSource;
  /** If absent, settings last as long as the process. */
  readonly settingsFile?: SettingsFile;
  /** Present if a team key is used. */
  readonly envelope?: Envelope;
}
