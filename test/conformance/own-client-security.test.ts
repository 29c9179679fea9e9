import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { addUser } from '../../broker/testing/administer.ts'
import { Authority } from '../../broker/testing/certificates.ts'
import { startTestBroker, type TestBroker } from '../../broker/testing/start-broker.ts'
import { parseConfig } from '../../cli/config.ts'
import { configuredKafkaClient, type KafkaClient } from '../../lib/kafka/client/index.ts'
import { writeBatch } from '../../lib/kafka/index.ts'
import { until } from '../e2e/stack.ts'

const timeout = 60_000
const password = 'pencil, sharp = good'
const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

/** A broker with a plain listener for who sets it up, and further ones with TLS, with certificates, with SASL, with both. */
describe('our own client and a secured listener', { timeout }, () => {
  let folder: string
  let authority: Authority
  let broker: TestBroker
  const clients: KafkaClient[] = []
  const path = (name: string) => join(folder, name)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-client-security-'))
    authority = new Authority(folder)
    authority.sign('server', '/CN=broker')
    authority.sign('ada', '/CN=ada')
    const tls = `cert: ${path('server.crt')}, key: ${path('server.key')}, ca: ${authority.ca}`
    const sasl = `sasl: [${mechanisms.join(', ')}]`
    const listeners = [
      `{ name: tls, listen: "127.0.0.1:0", tls: { ${tls} } }`,
      `{ name: mutual, listen: "127.0.0.1:0", tls: { ${tls}, clientAuth: required } }`,
      `{ name: sasl, listen: "127.0.0.1:0", ${sasl} }`,
      `{ name: both, listen: "127.0.0.1:0", tls: { ${tls} }, ${sasl} }`,
      `{ name: weak, listen: "127.0.0.1:0", sasl: [SCRAM-SHA-256] }`,
    ]
    broker = await startTestBroker([`broker.listeners=[${listeners.join(', ')}]`])
    await addUser(broker.address, 'ada', password)
  }, timeout)
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close()
  })
  afterAll(async () => {
    await broker.close()
    rmSync(folder, { recursive: true, force: true })
  }, timeout)

  /** As a role or a command would be configured; `kafka` is what stands there beside the brokers. */
  const clientOf = (listener: string, kafka: object = {}): KafkaClient => {
    const brokers = [listener === '' ? broker.address : (broker.addresses[listener] ?? '')]
    const config = parseConfig(JSON.stringify({ kafka: { brokers, ...kafka } }), { environment: {} })
    const client = configuredKafkaClient(config, 'test', { warn: () => undefined })
    clients.push(client)
    return client
  }
  const saslOf = (mechanism: string, given: object = { password }) => ({
    sasl: { mechanism, username: 'ada', ...given },
  })
  const ca = () => ({ tls: { ca: authority.ca } })
  const failure = (code: string, ...words: string[]) => ({
    code,
    message: expect.stringMatching(new RegExp(words.map(w => `(?=.*${w})`).join(''))) as string,
  })

  /** Everything that has a connection of its own: the shared one, the fetcher's, the group's. */
  const readAndWrite = async (client: KafkaClient, topic: string): Promise<void> => {
    await client.ensureTopic(topic, 1)
    const value = Buffer.from('x')
    const batch = writeBatch([{ key: null, value, timestampMs: 1000, headers: [] }])
    expect((await client.produce(topic, 0, batch)).errorCode).toBe(0)
    const fetcher = client.openFetcher()
    const fetched = await fetcher.fetch([{ topic, partition: 0, offset: 0, maxBytes: 1e6 }], {
      maxWaitMs: 10,
    })
    expect(fetched[0]?.records.length).toBeGreaterThan(0)
    await fetcher.close()
    const member = await client.joinGroup({ group: `g-${topic}`, topics: [topic], clientId: 'test' })
    expect(member.assignment).toHaveLength(1)
    await member.close()
  }

  it('reads and writes over TLS', async () => {
    await readAndWrite(clientOf('tls', ca()), 'over-tls')
  })

  it('shows its certificate where one is asked for', async () => {
    const tls = { ca: authority.ca, cert: path('ada.crt'), key: path('ada.key') }
    await readAndWrite(clientOf('mutual', { tls }), 'mutual-tls')
  })

  it.each(mechanisms)('logs in by %s, with and without TLS', async mechanism => {
    await readAndWrite(clientOf('both', { ...ca(), ...saslOf(mechanism) }), `both-${mechanism}`)
    await readAndWrite(clientOf('sasl', saslOf(mechanism)), `sasl-${mechanism}`)
  })

  it.each(mechanisms)('says that %s was refused, and what to check', async mechanism => {
    const client = clientOf('both', { ...ca(), ...saslOf(mechanism, { password: 'hush' }) })
    const refused = failure(
      'KAFKA_AUTHENTICATION_FAILED',
      broker.addresses['both'] ?? '',
      mechanism,
      'ada',
      'check kafka.sasl.username',
    )
    await expect(client.metadata()).rejects.toMatchObject(refused)
    await expect(client.metadata()).rejects.not.toMatchObject({
      message: expect.stringContaining('hush') as string,
    })
  })

  it('names the mechanisms where another one is offered, and a listener that asks nobody', async () => {
    const code = 'KAFKA_AUTHENTICATION_FAILED'
    await expect(clientOf('weak', saslOf('SCRAM-SHA-512')).metadata()).rejects.toMatchObject(
      failure(code, 'it offers SCRAM-SHA-256; set kafka.sasl.mechanism'),
    )
    await expect(clientOf('', saslOf('PLAIN')).metadata()).rejects.toMatchObject(
      failure(code, 'remove kafka.sasl, or name another listener'),
    )
  })

  it('comes in once the password is mended, without being made anew', async () => {
    const file = path('password')
    const client = clientOf('sasl', saslOf('SCRAM-SHA-512', { passwordFile: file }))
    const unreadable = failure('KAFKA_FILE_UNREADABLE', file, 'ENOENT', 'set kafka.sasl.passwordFile')
    await expect(client.metadata()).rejects.toMatchObject(unreadable)
    writeFileSync(file, '\n')
    await expect(client.metadata()).rejects.toMatchObject(failure('KAFKA_FILE_UNREADABLE', 'is empty'))
    writeFileSync(file, 'wrong\n')
    await expect(client.metadata()).rejects.toMatchObject({ code: 'KAFKA_AUTHENTICATION_FAILED' })
    writeFileSync(file, `${password}\n`)
    expect((await client.metadata()).size).toBeGreaterThanOrEqual(0)
  })

  it('says what is wrong with the certificate of the broker', async () => {
    const other = new Authority(folder, 'other')
    const code = 'KAFKA_TLS_FAILED'
    const address = broker.addresses['tls'] ?? ''
    for (const tls of [{}, { ca: other.ca }])
      await expect(clientOf('tls', { tls }).metadata()).rejects.toMatchObject(
        failure(code, address, 'certificate', 'set kafka.tls.ca'),
      )
    const named = { ca: authority.ca, serverName: 'kafka.example.org' }
    await expect(clientOf('tls', { tls: named }).metadata()).rejects.toMatchObject(
      failure(code, 'kafka.example.org', 'kafka.tls.serverName'),
    )
    await clientOf('tls', { tls: { ca: authority.ca, serverName: 'localhost' } }).metadata()
  })

  it('says what is wrong with its own files', async () => {
    const of = (tls: object) => clientOf('tls', { tls }).metadata()
    await expect(of({ ca: '/nowhere.crt' })).rejects.toMatchObject(
      failure('KAFKA_FILE_UNREADABLE', '/nowhere.crt', 'ENOENT', 'set kafka.tls.ca'),
    )
    await expect(of({ cert: path('ada.crt'), key: path('server.key') })).rejects.toMatchObject(
      failure('KAFKA_TLS_FAILED', 'files of kafka.tls', 'belong together'),
    )
  })

  it('says what a listener asks for that is not configured', async () => {
    await expect(clientOf('tls').metadata()).rejects.toMatchObject({
      message: expect.stringMatching(/it may ask for kafka.tls$|set kafka.tls,/) as string,
    })
    await expect(clientOf('', { tls: {} }).metadata()).rejects.toMatchObject(
      failure('KAFKA_TLS_FAILED', 'remove kafka.tls'),
    )
    await expect(clientOf('sasl').metadata()).rejects.toMatchObject(
      failure('KAFKA_UNREACHABLE', 'it may ask for kafka.sasl'),
    )
    await expect(clientOf('mutual', ca()).metadata()).rejects.toMatchObject({
      message: expect.stringContaining('kafka.tls.cert') as string,
    })
  })

  it('takes up renewed files with the next connection', async () => {
    const next = new Authority(folder, 'next')
    const tls = { ca: path('trusted.crt'), cert: path('mine.crt'), key: path('mine.key') }
    const client = clientOf('mutual', { tls })
    copyFileSync(authority.ca, tls.ca)
    next.sign('mine', '/CN=ada')
    const distrusted = { message: expect.stringContaining('kafka.tls.cert') as string }
    await expect(client.metadata()).rejects.toMatchObject(distrusted)
    authority.sign('mine', '/CN=ada')
    await readAndWrite(client, 'renewed')
    next.sign('server', '/CN=broker')
    await until(() => broker.entries.some(e => e.message === 'TLS certificates read again'), 20_000)
    const fetch = async () => {
      const fetcher = client.openFetcher()
      const asked = [{ topic: 'renewed', partition: 0, offset: 0, maxBytes: 1e6 }]
      return await fetcher.fetch(asked, { maxWaitMs: 10 }).finally(() => fetcher.close())
    }
    await until(
      () =>
        fetch().then(
          () => false,
          error => error.code === 'KAFKA_TLS_FAILED',
        ),
      20_000,
    )
    copyFileSync(next.ca, tls.ca)
    expect(await fetch()).toHaveLength(1)
  })
})
