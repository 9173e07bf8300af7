/** In every Node we support; the compiler's library is older. */
type Transferable = ArrayBufferLike & { transfer?(newLength: number): ArrayBuffer };

/**
 * Gives the memory of a chunk read from a pipe back at once. Left to the garbage collector, a flood of output keeps some
 * 60 MB of dead chunks alive. The chunk must own its memory and not be used again.
 */
export function releaseChunk(chunk: Buffer): void {
  const memory: Transferable = chunk.buffer;
  if (chunk.byteOffset === 0 && chunk.length === memory.byteLength) memory.transfer?.(0);
}
