/**
 * What the work gives, or a rejection with the refusal where that takes longer. The work itself goes on: who can end it
 * gives it a signal.
 *
 * @example
 * await within(1_000, Promise.resolve(7), () => new Error('it took more than a second')) // => 7
 */
export async function within<T>(ms: number, work: Promise<T>, refusal: () => Error): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(refusal()), ms)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
