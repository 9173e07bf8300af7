import { join } from 'node:path';

/** The user's price file when the configuration names none: prices are the same for all projects of a user. */
export const priceFilePath = (userStateDir: string): string => join(userStateDir, 'pricing.json');
