/**
 * The browser host: pages on one loopback port, their links to the core on another. The port of the
 * links is remembered, so that an open page finds a Hallway that was started again. The port of the
 * pages is new at each start: a program that listens on it while Hallway is closed could leave a
 * service worker there, which would get the next start's page and its code. Rules LINK-4, LINK-30
 * and LINK-31.
 */
import type { Hallway } from '../../core/hallway.ts';
import type { Clock, Log, Random } from '../../core/ports.ts';
import type { FileCopies } from '../../node/files/file-copies.ts';
import { errorCode } from '../../node/storage/atomic-file.ts';
import type { PageKeyRecord, PageLinkFile } from '../../node/storage/profile/page-link-file.ts';
import { ownHosts } from './admission.ts';
import { listenOnLoopback, type LoopbackServer } from './loopback-server.ts';
import { createPageKeys, type CodeOptions } from './page-keys.ts';
import { linkAddressOf, serveLinks } from './serve-links.ts';
import { servePages } from './serve-pages.ts';

export interface BrowserHostDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Remembers the port of the links and the keys of pages for the next start. */
  readonly pageLinkFile: PageLinkFile;
  /** Of the files that pages send. */
  readonly copies: FileCopies;
}

export interface BrowserHostOptions {
  /** The folder of the built renderer, with index.html. */
  readonly rendererDirectory: string;
}

export interface BrowserHost {
  /**
   * Makes an address that opens one page. Its fragment has a code for one use and the port of the
   * link, because a browser sends no fragment to a server.
   */
  issueAddress(options?: CodeOptions): string;
  readonly linkPort: number;
  /** Says goodbye to every page and stops listening. Idempotent. */
  close(): Promise<void>;
}

/** @throws the system's error if no port is free */
export async function serveBrowser(hallway: Hallway, deps: BrowserHostDeps, options: BrowserHostOptions): Promise<BrowserHost> {
  const { clock, random, log, pageLinkFile, copies } = deps;
  const links = await listenForLinks(pageLinkFile.content.linkPort, log);
  const pages = await listenForPages(pageLinkFile.content.pages);
  const { port: linkPort } = links;

  async function save(content: Parameters<PageLinkFile['save']>[0]): Promise<void> {
    const saved = await pageLinkFile.save(content);
    if (!saved.ok) log.write('warning', 'could not remember the open pages', { code: saved.code });
  }

  const keys = createPageKeys({
    clock,
    random,
    ownOrigins: originsOf(pages.port),
    pages: pageLinkFile.content.pages,
    onPages: (records) => void save({ linkPort, pages: [...records] }),
  });
  servePages(pages, {
    directory: options.rendererDirectory,
    theme: () => hallway.settings.get('theme'),
    linkAddress: linkAddressOf(linkPort),
  });
  const closeLinks = serveLinks(hallway, links, { clock, random, log, keys, copies });
  if (linkPort !== pageLinkFile.content.linkPort) void save({ linkPort, pages: pageLinkFile.content.pages });

  return {
    issueAddress: (codeOptions) => `http://127.0.0.1:${pages.port}/#code=${keys.issueCode(codeOptions)}.${linkPort}`,
    linkPort,
    async close() {
      keys.close();
      closeLinks();
      await Promise.all([links.close(), pages.close(), pageLinkFile.saved()]);
    },
  };
}

function originsOf(port: number): readonly string[] {
  return ownHosts(port).map((host) => `http://${host}`);
}

/** Takes a port that no earlier page had that may still be open. */
async function listenForPages(earlier: readonly PageKeyRecord[]): Promise<LoopbackServer> {
  const used: LoopbackServer[] = [];
  try {
    for (;;) {
      const server = await listenOnLoopback(0);
      if (!earlier.some(({ origin }) => originsOf(server.port).includes(origin))) return server;
      // It stays open meanwhile, so that the system chooses another one.
      used.push(server);
    }
  } finally {
    await Promise.all(used.map((server) => server.close()));
  }
}

async function listenForLinks(remembered: number | undefined, log: Log): Promise<LoopbackServer> {
  if (remembered === undefined) return listenOnLoopback(0);
  try {
    return await listenOnLoopback(remembered);
  } catch (error) {
    log.write('warning', 'another program has the port of the pages: open pages cannot come back', {
      port: remembered,
      code: errorCode(error),
    });
    return listenOnLoopback(0);
  }
}
