/** Keeps the last bytes of a stream in fixed memory. */
export interface OutputTail {
  push(chunk: Buffer): void;
  /** The kept bytes as text; undecodable bytes are replaced (R-ART-043). */
  text(): string;
}

/** A tail of at most `bytesMax` bytes; memory is twice that, and a byte is moved at most once. */
export function createOutputTail(bytesMax: number): OutputTail {
  const buffer = Buffer.allocUnsafeSlow(2 * bytesMax);
  let length = 0;
  return {
    push(chunk) {
      const last = chunk.length > bytesMax ? chunk.subarray(chunk.length - bytesMax) : chunk;
      if (length + last.length > buffer.length) {
        const kept = Math.min(length, bytesMax - last.length);
        buffer.copy(buffer, 0, length - kept, length);
        length = kept;
      }
      last.copy(buffer, length);
      length += last.length;
    },
    text() {
      const bytes = buffer.subarray(Math.max(0, length - bytesMax), length);
      return bytes.subarray(length > bytesMax ? firstCharacter(bytes) : 0).toString('utf8');
    },
  };
}

/** Skips the rest of a UTF-8 character whose head was cut off. */
function firstCharacter(bytes: Buffer): number {
  let at = 0;
  while (at < 3 && at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80) at++;
  return at;
}
