import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../lib/base/index.ts'
import { loadConfig, parseConfig } from './config.ts'

const problems = (text: string, set: string[] = [], environment = {}): string[] => {
  try {
    parseConfig(text, { file: 'm.yaml', set, environment })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
}

describe('the configuration', () => {
  it('refuses two sources on one address, of UDP and of TCP, and patterns of files that are none', () => {
    const problems = (sources: object[]): string => {
      try {
        parseConfig(JSON.stringify({ agent: { sources } }), {})
        return ''
      } catch (error) {
        return (error as Error).message
      }
    }
    const syslog = { type: 'syslog', udp: '127.0.0.1:5514', tcp: '127.0.0.1:0' }
    expect(problems([syslog, { ...syslog, type: 'statsd' }])).toContain(
      'expected an address that agent.sources[0].udp does not have',
    )
    const otlp = { type: 'otlp', http: '127.0.0.1:5514', grpc: null }
    expect(problems([syslog, otlp])).toBe('')
    expect(problems([otlp, otlp])).toContain('agent.sources[1].http')
    expect(problems([{ type: 'file', include: ['/a/[b'] }])).toContain('a [ that is not closed')
  })

  it('is whole without a file', () => {
    const config = parseConfig('', { environment: {} })
    expect(config.kafka.brokers).toEqual(['127.0.0.1:9092'])
    expect(config.clickhouse.url).toBe('http://127.0.0.1:8123')
    expect(config.agent.id).toBe(hostname())
    expect(config.agent.sources.map(s => s.type)).toEqual(['file', 'otlp', 'forward', 'http', 'hostmetrics'])
    expect(config.broker.flush).toBe('ack')
  })

  it('lets clients follow where the broker and the store listen', () => {
    const config = parseConfig('broker: { listen: 127.0.0.1:19092 }\nstore: { listen: 127.0.0.1:18123 }', {})
    expect(config.kafka.brokers).toEqual(['127.0.0.1:19092'])
    expect(config.clickhouse.url).toBe('http://127.0.0.1:18123')
  })

  it('names file, line, column, key, what was found and what is expected', () => {
    expect(problems('query:\n  listen: 4300\n')).toEqual([
      'm.yaml:2:11: query.listen: found 4300, expected a string',
    ])
    expect(problems('broker:\n  flush: never\n')).toEqual([
      'm.yaml:2:10: broker.flush: found the text "never", expected "ack" or "os"',
    ])
    expect(problems('kafka:\n  topics: { partitions: 0 }')).toEqual([
      'm.yaml:2:25: kafka.topics.partitions: found 0, expected more than 0',
    ])
  })

  it('asks about an unknown key that looks like a known one, inside lists too', () => {
    expect(problems('brokr: {}')).toEqual(['m.yaml:1:1: brokr: found an unknown key, did you mean broker?'])
    expect(problems('agent:\n  sources:\n    - { type: file, includ: [a] , include: [b] }')).toEqual([
      'm.yaml:3:21: agent.sources[0].includ: found an unknown key, did you mean include?',
    ])
  })

  it('shows all errors at once', () => {
    expect(problems('query: { listen: here }\nfoo: 1\nstore: { maxMemoryBytes: much }')).toHaveLength(3)
  })

  it('names the kinds of source where the type is wrong', () => {
    expect(problems('agent: { sources: [{ type: journal }] }')[0]).toContain(
      'expected type: file, docker, kubernetes, otlp, forward, syslog, journald',
    )
  })

  it('replaces variables and keeps the type of what comes in', () => {
    const text = 'dataDir: ${DIR:-./here}\nagent: { heartbeatMs: ${BEAT:-250} }'
    const config = parseConfig(text, { environment: { DIR: '/srv' } })
    expect(config.dataDir).toBe('/srv')
    expect(config.agent.heartbeatMs).toBe(250)
    expect(problems('dataDir: ${NOWHERE}')[0]).toContain('the environment has no NOWHERE')
  })

  it('lays --set over the file and blames --set for its own mistakes', () => {
    const set = ['query.listen=127.0.0.1:0', 'agent.sources=[{type: hostmetrics}]']
    const config = parseConfig('query: { listen: 127.0.0.1:1 }', { set })
    expect(config.query.listen).toBe('127.0.0.1:0')
    expect(config.agent.sources).toHaveLength(1)
    expect(problems('', ['query.listen=7'])).toEqual([
      '--set query.listen: query.listen: found 7, expected a string',
    ])
    expect(problems('', ['nonsense'])).toEqual(["--set nonsense: found 'nonsense', expected key.path=value"])
  })

  it('says where YAML itself breaks', () => {
    expect(problems('a: [1, 2\nb: 3')[0]).toMatch(/^m\.yaml:\d+:\d+: not valid YAML: /)
  })

  it('refuses a named file that is not there', async () => {
    await expect(loadConfig({ file: '/nowhere/m.yaml' })).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' })
  })
})
