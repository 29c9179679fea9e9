import { type KafkaAdminClient, type Target, untilKnown } from '../client/index.ts'

/**
 * Asks a coordinator, and again while it loads or has moved: for what may be asked twice. Ends with the error after ten
 * seconds.
 */
export async function coordinated<T>(
  client: KafkaAdminClient,
  target: Target,
  ask: () => Promise<T>,
): Promise<T> {
  return await untilKnown(async () => {
    try {
      return await ask()
    } catch (error) {
      client.forget(target)
      throw error
    }
  })
}
