import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { listen } from '../../lib/base/index.ts'
import { Outbox } from './outbox.ts'

test('waits for an agent that has answered before and is started again', async () => {
  const started = async (address: string) => {
    const server = createServer((_, response) => response.end())
    const at = await listen(server, address, 'none')
    const close = () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(resolve))
    }
    return { at, close }
  }
  const first = await started('127.0.0.1:0')
  const outbox = new Outbox(`http://${first.at}`, new AbortController().signal, 10)
  await outbox.send('logs', Buffer.alloc(0))
  await first.close()
  const sending = outbox.send('logs', Buffer.alloc(0))
  // more attempts than for one that never answered
  await Promise.race([sending, sleep(300)])
  const second = await started(first.at)
  await expect(sending).resolves.toBeUndefined()
  await second.close()
})
