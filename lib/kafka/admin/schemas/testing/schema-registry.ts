import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TestSchema {
  schemaType?: 'AVRO' | 'PROTOBUF' | 'JSON'
  schema: string
  references?: { name: string; subject: string; version: number }[]
}

export interface TestRegistry {
  url: string
  /** Paths that were asked for, in order. */
  asked: string[]
  /** What it does in place of an answer. */
  mood: 'answers' | 'hangs' | 'refuses'
  close(): Promise<void>
}

/** A registry that speaks Confluent's HTTP API: schemas by id, and by `SUBJECT/VERSION`. */
export async function startTestRegistry(
  ids: Readonly<Record<number, TestSchema>>,
  subjects: Readonly<Record<string, TestSchema>> = {},
): Promise<TestRegistry> {
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const registry: TestRegistry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    mood: 'answers',
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  function answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    registry.asked.push(url)
    if (registry.mood === 'hangs') return
    if (registry.mood === 'refuses' && headers.authorization !== `Basic ${btoa('me:secret')}`) {
      response.writeHead(401).end('{"error_code":401}')
      return
    }
    const id = /^\/schemas\/ids\/(\d+)/.exec(url)?.[1]
    const [, subject = '', version] = /^\/subjects\/([^/]+)\/versions\/(\d+)/.exec(url) ?? []
    const found = id === undefined ? subjects[`${decodeURIComponent(subject)}/${version}`] : ids[Number(id)]
    response.writeHead(found === undefined ? 404 : 200, {
      'content-type': 'application/vnd.schemaregistry.v1+json',
    })
    response.end(JSON.stringify(found ?? { error_code: 40403, message: 'Schema not found' }))
  }
  return registry
}
