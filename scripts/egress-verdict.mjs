/**
 * Decides which packets of a computer Hallway may not have sent. `test-egress.mjs` counts them with
 * nftables. Pure.
 */

/** The destinations of Hallway's own packets for everyone. */
const groups = new Set(['224.0.0.187', 'ff12::4255']);
const hallwayPort = 4255;
/** Names of computers: DNS, mDNS and LLMNR, also to a resolver on this computer. */
const namePorts = new Set([53, 853, 5353, 5355]);

/** The counted packets, as a set of `nft` with one element per destination. */
export const ruleset = `
table inet egress {
  set sent4 { type ipv4_addr . inet_proto . inet_service; flags dynamic; size 65535; }
  set sent6 { type ipv6_addr . inet_proto . inet_service; flags dynamic; size 65535; }
  chain output {
    type filter hook output priority 0;
    meta nfproto ipv4 meta l4proto { tcp, udp } update @sent4 { ip daddr . meta l4proto . th dport }
    meta nfproto ipv6 meta l4proto { tcp, udp } update @sent6 { ip6 daddr . meta l4proto . th dport }
  }
}
`;

/**
 * @param {string} json of `nft --json --numeric list table inet egress`
 * @returns {{ readonly address: string, readonly protocol: string, readonly port: number }[]}
 */
export function destinations(json) {
  /** @type {{ nftables: { set?: { elem?: unknown[] } }[] }} */
  const listed = JSON.parse(json);
  return listed.nftables
    .flatMap(({ set }) => set?.elem ?? [])
    .map((element) => {
      const text = JSON.stringify(element);
      const [address, protocol, port] = JSON.parse(/"concat":(\[[^\]]*\])/.exec(text)?.[1] ?? '[]');
      return { address: String(address), protocol: String(protocol), port: Number(port) };
    });
}

/**
 * @param {ReturnType<typeof destinations>} sent
 * @returns {string[]} what Hallway may not send, as text
 */
export function forbidden(sent) {
  return sent.filter((each) => !isAllowed(each)).map(({ address, protocol, port }) => `${protocol} to ${address} port ${port}`);
}

/** @param {ReturnType<typeof destinations>[number]} destination */
function isAllowed({ address, port }) {
  if (namePorts.has(port)) return false;
  if (address === '::1' || address.startsWith('127.')) return true;
  return groups.has(address) && port === hallwayPort;
}
