import { usdOf } from '../money/dollars.ts';

/** `$1.23` */
export const usd = (microUsd: number): string => `$${usdOf(microUsd).toFixed(2)}`;

/** `$1.2346` */
export const usdExact = (microUsd: number): string => `$${usdOf(microUsd).toFixed(4)}`;
