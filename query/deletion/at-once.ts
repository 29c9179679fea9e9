/**
 * Runs these at the same time, and waits for all of them, also where one fails: then nothing goes on unseen. Throws what
 * the first of them threw.
 */
export async function atOnce(tasks: readonly (() => Promise<void>)[]): Promise<void> {
  const ends = await Promise.allSettled(tasks.map(task => task()))
  const failed = ends.find(end => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
