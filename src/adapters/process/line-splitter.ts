/** Gets one line without its line end; the buffer is only valid during the call. False = no more lines wanted. */
export type LineSink = (line: Buffer, droppedBytes: number) => boolean | undefined;

/** Cuts a byte stream into lines of bounded length. */
export interface LineSplitter {
  push(chunk: Buffer): void;
  /** Hands out what stands after the last line end. */
  end(): void;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const PARTIAL_BYTES_MIN = 4096;

/**
 * Splits on bytes, so text is decoded once and never cut inside a character. A line longer than `lineBytesMax` keeps its
 * head and counts the rest; every byte is copied at most twice, whatever the size of the chunks.
 */
export function createLineSplitter(lineBytesMax: number, sink: LineSink): LineSplitter {
  let partial = Buffer.alloc(0);
  let length = 0;
  let droppedBytes = 0;
  let wanted = true;

  function keep(bytes: Buffer): void {
    const kept = Math.min(bytes.length, lineBytesMax - length);
    if (length + kept > partial.length) {
      const size = Math.min(lineBytesMax, Math.max(PARTIAL_BYTES_MIN, 2 * (length + kept)));
      const grown = Buffer.allocUnsafeSlow(size);
      partial.copy(grown, 0, 0, length);
      partial = grown;
    }
    bytes.copy(partial, length, 0, kept);
    length += kept;
    droppedBytes += bytes.length - kept;
  }

  function hand(line: Buffer, dropped: number): void {
    const end = line.at(-1) === CARRIAGE_RETURN && dropped === 0 ? line.length - 1 : line.length;
    wanted = sink(line.subarray(0, end), dropped) !== false;
  }

  function flush(): void {
    const line = partial.subarray(0, length);
    const dropped = droppedBytes;
    partial = Buffer.alloc(0);
    length = 0;
    droppedBytes = 0;
    hand(line, dropped);
  }

  return {
    push(chunk) {
      let start = 0;
      while (wanted) {
        const at = chunk.indexOf(NEWLINE, start);
        const piece = chunk.subarray(start, at === -1 ? chunk.length : at);
        if (at === -1) {
          if (piece.length > 0) keep(piece);
          return;
        }
        if (length === 0 && droppedBytes === 0 && piece.length <= lineBytesMax) hand(piece, 0);
        else {
          keep(piece);
          flush();
        }
        start = at + 1;
      }
    },
    end() {
      if (wanted && (length > 0 || droppedBytes > 0)) flush();
    },
  };
}
