/** A QR code, drawn from its modules: black on white in every theme, because cameras expect it. */
import { encode } from 'uqr';
import type { ReactNode } from 'react';
import styles from './qr-code.module.css';

/** Modules of white around the code (ISO/IEC 18004, 9.1). */
const quietZone = 4;

interface QrCodeProps {
  readonly text: string;
  readonly label: string;
}

export function QrCode({ text, label }: QrCodeProps): ReactNode {
  const { data, size } = encode(text, { ecc: 'M', border: quietZone });
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg className={styles.code} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect className={styles.ground} width={size} height={size} />
      <path className={styles.modules} d={path} />
    </svg>
  );
}
