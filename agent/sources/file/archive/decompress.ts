import type { Transform } from 'node:stream'

/**
 * Everything that a decompressor makes of its input, also what stands before a place at which the input is cut or
 * damaged: a stream that fails would take with it what it holds. Throws what the decompressor throws there.
 */
export async function* decompress(stream: Transform, input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const pieces: Buffer[] = []
  stream.on('data', (piece: Buffer) => pieces.push(piece))
  const failed = new Promise<Error>(resolve => stream.on('error', resolve))
  const ended = new Promise<undefined>(resolve => stream.on('end', () => resolve(undefined)))
  try {
    for await (const chunk of input) {
      const written = new Promise<Error | undefined>(resolve =>
        stream.write(chunk, error => resolve(error ?? undefined)),
      )
      // it ends by itself where something else follows its end
      const error = await Promise.race([written, failed, ended])
      yield* pieces.splice(0)
      if (error !== undefined) throw error
    }
    stream.end()
    const error = await Promise.race([ended, failed])
    yield* pieces.splice(0)
    if (error !== undefined) throw error
  } finally {
    stream.destroy()
  }
}
