import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Payload, PayloadCodec } from '@temporalio/common';
import protobuf from 'protobufjs';
import { AppError, messageOf } from '../../core/errors.ts';

/** The marks that codec servers of other makers look for, so that any of them can show our payloads. */
const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The wire form of a payload, as Temporal's own API describes it. */
const PayloadMessage = new protobuf.Type('Payload')
  .add(new protobuf.MapField('metadata', 1, 'string', 'bytes'))
  .add(new protobuf.Field('data', 2, 'bytes'));

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * Reads the keys (one per line, 32 bytes in base64 or hex): the first encrypts, all decrypt. Throws `invalid-config`
 * with the line when one is no key.
 */
export function readPayloadCodec(path: string): PayloadCodec {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw invalid(`the payload key file cannot be read: ${messageOf(cause)}`, cause);
  }
  const lines = text.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const keys = lines.filter(({ line }) => line !== '').map(({ line, number }) => keyOf(line, number, path));
  return createPayloadCodec(keys);
}

/** AES-256-GCM over every payload; what came without encryption is read as it is (R-SYS-012). */
function createPayloadCodec(keys: readonly Key[]): PayloadCodec {
  const [first] = keys;
  if (first === undefined) throw invalid('the payload key file is empty');
  const byId = new Map(keys.map((key) => [key.id, key]));
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, first)),
    decode: async (payloads) => payloads.map((payload) => decrypt(payload, byId)),
  };
}

function encrypt(payload: Payload, { id, bytes }: Key): Payload {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', bytes, nonce);
  const plain = PayloadMessage.encode(payload).finish();
  const data = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return { metadata: { encoding: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(id) }, data };
}

function decrypt(payload: Payload, keys: ReadonlyMap<string, Key>): Payload {
  const { metadata, data } = payload;
  if (text(metadata?.encoding) !== ENCODING || data === null || data === undefined) return payload;
  const id = text(metadata?.[KEY_ID]);
  const key = keys.get(id);
  if (key === undefined) throw new Error(`a payload was encrypted with key ${id}, which is not at hand`);
  const sealed = Buffer.from(data);
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, sealed.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plain = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  return PayloadMessage.decode(plain) as Payload;
}

function keyOf(line: string, number: number, path: string): Key {
  const bytes = /^[0-9a-f]{64}$/i.test(line) ? Buffer.from(line, 'hex') : Buffer.from(line, 'base64');
  if (bytes.length !== KEY_BYTES) throw invalid(`line ${number} of ${path} is no key of ${KEY_BYTES} bytes`);
  // Names the key without telling it.
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 16), bytes };
}

function invalid(message: string, cause?: unknown): AppError {
  return new AppError('invalid-config', message, {
    hint: 'make a key with: openssl rand -base64 32',
    ...(cause === undefined ? {} : { cause }),
  });
}

const text = (bytes: Uint8Array | null | undefined): string =>
  bytes === null || bytes === undefined ? '' : Buffer.from(bytes).toString();
