import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { Kafka, logLevel, type SASLOptions } from 'kafkajs'
import '../tools/kafkajs-queue.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Authority, type Certificate } from '../../broker/testing/certificates.ts'
import { startTestBroker, type TestBroker } from '../../broker/testing/start-broker.ts'
import { parseHostPort } from '../../lib/base/index.ts'
import { hasKafkaTools, hasKcat, kafkaTool, kcat } from './tools.ts'

const timeout = 120_000

/** A broker with a plain listener on which whoever comes is a super user, and four that ask who comes. */
describe('security', { timeout }, () => {
  let folder: string
  let authority: Authority
  let ada: Certificate
  let broker: TestBroker

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-security-'))
    authority = new Authority(folder)
    const server = authority.sign('server', '/CN=broker')
    ada = authority.sign('ada', '/C=UK/O=shop/CN=ada')
    const tls = `cert: ${server.cert}, key: ${server.key}, ca: ${authority.ca}`
    const sasl = 'sasl: [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512]'
    const listeners = [
      `{ name: sasl, listen: "127.0.0.1:0", ${sasl} }`,
      `{ name: tls, listen: "127.0.0.1:0", tls: { ${tls} } }`,
      `{ name: mutual, listen: "127.0.0.1:0", tls: { ${tls}, clientAuth: required } }`,
      `{ name: both, listen: "127.0.0.1:0", tls: { ${tls} }, ${sasl} }`,
    ]
    broker = await startTestBroker([
      `broker.listeners=[${listeners.join(', ')}]`,
      'broker.authorization={ enabled: true, superUsers: ["User:ANONYMOUS"] }',
    ])
    if (hasKafkaTools) await addEve()
  }, timeout)
  afterAll(async () => {
    await broker.close()
    rmSync(folder, { recursive: true, force: true })
  }, timeout)

  const admin = async <T>(work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> => {
    const made = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING }).admin()
    await made.connect()
    try {
      return await work(made)
    } finally {
      await made.disconnect()
    }
  }
  const javaConfig = (lines: string[]) => {
    const path = join(folder, `client-${Math.random()}.properties`)
    writeFileSync(path, lines.join('\n'))
    return path
  }
  const addUser = async (name: string, password: string) => {
    // a request changes a user once
    for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
      const added = await kafkaTool('kafka.admin.ConfigCommand', [
        ...['--bootstrap-server', broker.address, '--alter', '--entity-type', 'users', '--entity-name', name],
        ...['--add-config', `${mechanism}=[password=${password}]`],
      ])
      expect(added.errors + added.lines.join('\n')).toContain(`Completed updating config for user ${name}.`)
    }
  }
  const acl = async (...args: string[]) => {
    const changed = await kafkaTool('org.apache.kafka.tools.AclCommand', [
      '--bootstrap-server',
      broker.address,
      ...args,
    ])
    expect(changed.status, changed.errors).toBe(0)
    return changed.lines.join('\n')
  }
  const scram = (username: string, password: string): SASLOptions => ({
    mechanism: 'scram-sha-512',
    username,
    password,
  })

  const addEve = async () => {
    await addUser('eve', 'pencil, sharp')
    await admin(a =>
      a.createTopics({
        topics: [
          { topic: 'open', numPartitions: 1 },
          { topic: 'closed', numPartitions: 1 },
        ],
      }),
    )
    await acl(
      '--add',
      '--allow-principal',
      'User:eve',
      '--producer',
      '--consumer',
      '--topic',
      'open',
      '--group',
      '*',
    )
  }

  describe.skipIf(!hasKafkaTools)("users made by Kafka's ConfigCommand (skipped without it)", () => {
    it('are described, and their passwords are nowhere on disk', async () => {
      const described = await kafkaTool('kafka.admin.ConfigCommand', [
        ...['--bootstrap-server', broker.address, '--describe', '--entity-type', 'users'],
      ])
      expect(described.lines.join('\n')).toMatch(
        /SCRAM credential configs for user-principal 'eve' are .*SCRAM-SHA-256=iterations=4096/,
      )
      const metadata = readFileSync(join(broker.dataDir, 'broker', 'metadata.jsonl'), 'utf8')
      expect(metadata).toContain('storedKey')
      expect(metadata).not.toContain('pencil')
    })

    it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
      'come in with kafkajs by %s',
      async mechanism => {
        const as = (password: string) =>
          new Kafka({
            brokers: [broker.addresses['sasl'] ?? ''],
            sasl: { mechanism, username: 'eve', password } as SASLOptions,
            logLevel: logLevel.NOTHING,
            retry: { retries: 0 },
          }).producer()
        const producer = as('pencil, sharp')
        await producer.connect()
        await producer.send({ topic: 'open', messages: [{ value: mechanism }] })
        await expect(producer.send({ topic: 'closed', messages: [{ value: 'x' }] })).rejects.toThrow(
          /authoriz/i,
        )
        await producer.disconnect()
        await expect(as('pen').connect()).rejects.toThrow(/invalid credentials|Invalid username or password/)
      },
    )

    it.skipIf(!hasKcat).each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])(
      'come in with librdkafka by %s over TLS (skipped without kcat)',
      async mechanism => {
        const as = (password: string, ...args: string[]) =>
          kcat(
            [
              ...['-b', broker.addresses['both'] ?? '', '-X', 'security.protocol=sasl_ssl'],
              ...['-X', `ssl.ca.location=${authority.ca}`, '-X', `sasl.mechanisms=${mechanism}`],
              ...['-X', 'sasl.username=eve', '-X', `sasl.password=${password}`, ...args],
            ],
            `${mechanism} line\n`,
          )
        const sent = await as('pencil, sharp', '-P', '-t', 'open')
        expect(sent.status, sent.errors).toBe(0)
        const read = await as('pencil, sharp', '-C', '-t', 'open', '-o', 'beginning', '-e', '-q')
        expect(read.lines).toContain(`${mechanism} line`)
        const refused = await as('pen', '-L', '-m', '3')
        expect(refused.status).not.toBe(0)
      },
    )

    it('come in with the Java client, which is told what it may not do', async () => {
      const config = javaConfig([
        'security.protocol=SASL_SSL',
        'sasl.mechanism=SCRAM-SHA-512',
        `ssl.truststore.type=PEM`,
        `ssl.truststore.location=${authority.ca}`,
        'sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="eve" password="pencil, sharp";',
      ])
      const list = await kafkaTool('org.apache.kafka.tools.TopicCommand', [
        ...['--bootstrap-server', broker.addresses['both'] ?? '', '--command-config', config, '--list'],
      ])
      expect(list.lines).toEqual(['open'])
      const create = await kafkaTool('org.apache.kafka.tools.TopicCommand', [
        ...['--bootstrap-server', broker.addresses['both'] ?? '', '--command-config', config],
        ...['--create', '--topic', 'mine'],
      ])
      expect(create.errors + create.lines.join('\n')).toMatch(
        /Authorization failed|TopicAuthorizationException/,
      )
    })

    it('lose their rights and their password at once', async () => {
      await addUser('mallory', 'm')
      await acl(
        '--add',
        '--allow-principal',
        'User:mallory',
        '--operation',
        'All',
        '--topic',
        'op',
        '--resource-pattern-type',
        'prefixed',
      )
      expect(await acl('--list', '--principal', 'User:mallory')).toMatch(
        /resourceType=TOPIC, name=op, patternType=PREFIXED/,
      )
      const kafka = new Kafka({
        brokers: [broker.addresses['sasl'] ?? ''],
        sasl: scram('mallory', 'm'),
        logLevel: logLevel.NOTHING,
        retry: { retries: 0 },
      })
      const producer = kafka.producer()
      await producer.connect()
      await producer.send({ topic: 'open', messages: [{ value: 'x' }] })
      await acl('--remove', '--force', '--topic', 'op', '--resource-pattern-type', 'prefixed')
      await expect(producer.send({ topic: 'open', messages: [{ value: 'x' }] })).rejects.toThrow(/authoriz/i)
      await producer.disconnect()
      for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
        const removed = await kafkaTool('kafka.admin.ConfigCommand', [
          ...['--bootstrap-server', broker.address, '--alter'],
          ...['--entity-type', 'users', '--entity-name', 'mallory', '--delete-config', mechanism],
        ])
        expect(removed.status, removed.errors).toBe(0)
      }
      await expect(kafka.producer().connect()).rejects.toThrow(/invalid credentials/)
    })

    it('and rules and credentials are there after a restart', async () => {
      await broker.restart()
      const producer = new Kafka({
        brokers: [broker.addresses['sasl'] ?? ''],
        sasl: scram('eve', 'pencil, sharp'),
        logLevel: logLevel.NOTHING,
        retry: { retries: 0 },
      }).producer()
      await producer.connect()
      await producer.send({ topic: 'open', messages: [{ value: 'again' }] })
      await expect(producer.send({ topic: 'closed', messages: [{ value: 'x' }] })).rejects.toThrow(
        /authoriz/i,
      )
      await producer.disconnect()
    })
  })

  it('nobody gets past a SASL listener without saying who it is', async () => {
    const silent = new Kafka({
      brokers: [broker.addresses['sasl'] ?? ''],
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    }).admin()
    await silent
      .connect()
      .then(() => silent.listTopics())
      .then(
        () => expect.fail('it was let in'),
        error => expect(String(error)).toMatch(/closed|disconnect/i),
      )
  })

  it('a certificate names its owner, and none is not let in', async () => {
    const { host, port } = parseHostPort(broker.addresses['mutual'] ?? '')
    const ssl = { ca: [readFileSync(authority.ca)], cert: readFileSync(ada.cert), key: readFileSync(ada.key) }
    const certified = new Kafka({
      brokers: [`${host}:${port}`],
      ssl,
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    }).admin()
    await certified.connect()
    expect(await certified.listTopics()).toEqual([])
    await admin(a => a.createTopics({ topics: [{ topic: 'hers', numPartitions: 1 }] }))
    const rule = {
      resourceType: 2,
      resourceName: 'hers',
      resourcePatternType: 3,
      operation: 8,
      permissionType: 3,
    }
    await admin(a => a.createAcls({ acl: [{ ...rule, principal: 'User:CN=ada,O=shop,C=UK', host: '*' }] }))
    expect(await certified.listTopics()).toEqual(['hers'])
    await certified.disconnect()
    const without = new Kafka({
      brokers: [`${host}:${port}`],
      ssl: { ca: ssl.ca },
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    }).admin()
    await expect(without.connect().then(() => without.listTopics())).rejects.toThrow()
  })

  it('renewed certificates are taken up without a restart', async () => {
    const serial = () =>
      new Promise<string>((resolve, reject) => {
        const { host, port } = parseHostPort(broker.addresses['tls'] ?? '')
        const socket = connect({ host, port, ca: readFileSync(authority.ca) }, () => {
          resolve(socket.getPeerX509Certificate()?.serialNumber ?? '')
          socket.destroy()
        })
        socket.on('error', reject)
      })
    const before = await serial()
    authority.sign('server', '/CN=broker')
    await expect.poll(serial, { timeout: 30_000, interval: 500 }).not.toBe(before)
  })
})
