import { createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { OverGrpc } from './otlp-grpc.ts'

test.each([
  ['3', 'b%C3%A4d', 'bäd', 'OUTPUT_REFUSED'],
  ['3', '100% wrong', '100% wrong', 'OUTPUT_REFUSED'],
  ['14', 'later', 'later', 'OUTPUT_UNAVAILABLE'],
])('an answer with status %s and message %s is told as %s', async (status, message, text, code) => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'grpc-status': status, 'grpc-message': message }).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  const output = new OverGrpc(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {})
  const sent = output.send([{ signal: 'logs', value: Buffer.alloc(0) }])
  await expect(sent).rejects.toMatchObject({ code, message: expect.stringContaining(text) as string })
  await output.close()
  server.close()
})
