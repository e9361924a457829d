/**
 * All that the core needs of the world. The real ones are in main/node, the simulated ones in test/fakes; both pass
 * the same suite (test/contract). Nothing in the core touches time, chance, the network or the disk but through these.
 */
import type { PeerId } from '../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../shared/rpc/link.ts';
import type { ChosenSettings } from '../../shared/contract/settings.ts';

export interface Clock {
  /** Milliseconds on a clock that never goes back and has no date: for time-outs and expiry. */
  monotonicMs(): number;
  /** Milliseconds since 1970 on the clock on the wall: for display, and for noticing sleep. It may jump. */
  wallMs(): number;
  /**
   * PeerExchange `callback` once, after `delayMs`; 0 means on the next turn of the event loop, behind input that is already waiting.
   *
   * @returns its undo
   */
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
}

export interface Random {
  /** A number in [0, 1). Not for secrets. */
  fraction(): number;
  /** Bytes that nobody can guess. */
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
  /** Whether it is the loopback adapter. */
  readonly internal: boolean;
}

export interface Interfaces {
  /** The addresses of all adapters that are up and have a carrier. There is no change notification: ask again. */
  list(): readonly InterfaceAddress[];
}

export interface Endpoint {
  readonly family: AddressFamily;
  /** With a zone where it needs one to be sent to: `fe80::1%eth0`. */
  readonly address: string;
  readonly port: number;
}

export interface UdpOptions {
  readonly family: AddressFamily;
  /** The local address, with its zone if link-local; absent means every address. */
  readonly address?: string;
  /** The local port; 0 lets the system choose. */
  readonly port: number;
  /** Whether several sockets may share the port: multicast then reaches all of them, unicast only one. */
  readonly shared: boolean;
  /** Present on a socket that sends multicast: out of which adapter, how far, always looped back to this host. */
  readonly multicast?: { readonly interface: InterfaceAddress; readonly hops: number };
}

export interface UdpHandlers {
  /** The bytes belong to the receiver. */
  onDatagram(bytes: Uint8Array, source: Endpoint): void;
  /**
   * A failed send, with where it should have gone, or an error of the socket itself. `code` is the system's, such as `EHOSTUNREACH`. The socket
   * stays usable.
   */
  onError(error: PortError, destination?: Endpoint): void;
}

export interface UdpSocket {
  readonly port: number;
  /** Sends one datagram. Failures arrive at `onError`. Does nothing after `close`. */
  send(bytes: Uint8Array, destination: Endpoint): void;
  /** Starts receiving `group` on that adapter. Throws a PortError when the system refuses. */
  join(group: string, on: InterfaceAddress): void;
  /** Stops receiving `group` on that adapter. Never throws: the adapter may be long gone. */
  leave(group: string, on: InterfaceAddress): void;
  /** Idempotent. No handler is called afterwards. */
  close(): void;
}

export interface Udp {
  /** @throws PortError: `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`, … */
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

/** @throws what is no PortError: a bug of ours, which is not to be decided on */
export function codeOf(error: unknown): string {
  if (error instanceof PortError) return error.code;
  throw error;
}

/** Who we are, and how we prove it. Source of the real one: `trust/identity.ts`. */
export interface Identity {
  /** The public key as a compressed P-256 point: 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly peerId: PeerId;
  /** @returns 64 bytes: r and s, 32 bytes each (IEEE P1363) */
  sign(bytes: Uint8Array): Uint8Array;
}

export interface Signatures {
  /** Total: a malformed key or signature is `false`. */
  verify(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean;
  /** The peerId of a public key; `undefined` if the bytes are no point of the curve. */
  peerIdOf(publicKey: Uint8Array): string | undefined;
}

/** Digests, where the core needs one at once. Source of the real one: `node/crypto/hash.ts`. */
export interface Hash {
  /** @returns 32 bytes (FIPS 180-4) */
  sha256(bytes: Uint8Array): Uint8Array;
  /** @returns 64 bytes (FIPS 180-4) */
  sha512(bytes: Uint8Array): Uint8Array;
}

/** Hides what is said from everybody without the team's key, and refuses what others say. Source of the real one: `trust/team-key.ts`. */
export interface Envelope {
  /** Encrypts and authenticates; adds `overheadBytes`. */
  seal(bytes: Uint8Array): Uint8Array;
  /** @returns what was sealed with a key that we hold; undefined if it was not */
  open(bytes: Uint8Array): Uint8Array | undefined;
  readonly overheadBytes: number;
}

/** Proof that both ends of a stream hold the team's key. Source of the real one: `trust/session-proof.ts`. */
export interface SessionProof {
  /**
   * @param exported known to the two ends of this very stream only
   * @param proverId whose proof it is, so that none can be thrown back at us
   */
  prove(exported: Uint8Array, proverId: string): Uint8Array;
  /** In constant time. */
  isProved(exported: Uint8Array, proverId: string, proof: Uint8Array): boolean;
}

/** Names of hosts to addresses. */
export interface Resolver {
  /** @returns the addresses, best first; none if there is no such host */
  lookup(host: string): Promise<readonly { readonly family: AddressFamily; readonly address: string }[]>;
}

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

export interface Log {
  /** @param fields values that JSON can carry; never the text of a message nor a key */
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Persists what the user chose. */
export interface SettingsFile {
  /**
   * @param change values by key; undefined: chosen no more
   * @returns whether it is saved; the host says in health why not. Never rejects
   */
  save(change: ChosenSettings): Promise<boolean>;
}

/** What a problem report says of this computer and of the past, beyond what the core knows. Both without keys and texts of messages. */
export interface ReportSource {
  /** What runs here, by name. */
  readonly versions: Readonly<Record<string, string>>;
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
  /** Absent where nobody asks for problem reports. */
  readonly reportSource?: ReportSource;
  /** Absent: what the user chooses lasts as long as the process. */
  readonly settingsFile?: SettingsFile;
  /** Present where a team key is used. */
  readonly envelope?: Envelope;
}
