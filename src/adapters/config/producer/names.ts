import { basename } from 'node:path';

/** Names of the file by which a folder is a project of ai-producer. */
export const PRODUCER_FILE_NAMES = ['producer.yaml', 'producer.yml'] as const;

/** Is it read as a producer.yaml? Every other name than our own is, because only ai-producer's users name a file. */
export const isProducerFile = (file: string): boolean => !/^dispatch\.(?:ya?ml|json)$/.test(basename(file));
