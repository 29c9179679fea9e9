import { execFile } from 'node:child_process'
import { copyFileSync, readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { makeCertificate, type TestCertificate } from '../../agent/testing/certificate.ts'
import { storeUnavailable } from '../../store/testing/store.ts'
import { run, type Stack, startStack, until } from './stack.ts'

const reason = storeUnavailable()
/** Its files are looked at every few seconds. */
const reloadTimeoutMs = 20_000

describe.skipIf(reason !== undefined)(
  `TLS of the query API${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let own: TestCertificate
    let other: TestCertificate
    let stack: Stack
    let address = ''
    let tls: string[] = []
    beforeAll(async () => {
      own = makeCertificate()
      other = makeCertificate()
      tls = [`query.tls={cert: ${own.cert}, key: ${own.key}}`]
      stack = await startStack(['agent.sources=[]', ...tls])
      address = stack.address('query', 'http')
    }, 60_000)
    afterAll(async () => {
      await stack?.stop()
      own?.remove()
      other?.remove()
    })

    const shown = () =>
      new Promise<string>((resolve, reject) => {
        const [host = '', port] = address.split(':')
        const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
          resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '')
          socket.end()
        })
        socket.on('error', reject)
      })

    it('says where it is, and answers curl', async () => {
      expect(stack.output()).toContain(`ready  https://${address}`)
      const curl = promisify(execFile)
      const { stdout } = await curl('curl', ['-sf', '--cacert', own.cert, `https://${address}/healthz`])
      expect(stdout).toContain('ok')
      await expect(curl('curl', ['-sf', `https://${address}/healthz`])).rejects.toThrow()
      await expect(curl('curl', ['-sf', `http://${address}/healthz`])).rejects.toThrow()
    })

    it('follows lines over a WebSocket', async () => {
      const query = encodeURIComponent('{service="x"}')
      const socket = new WebSocket(`wss://${address}/loki/api/v1/tail?query=${query}`, {
        ca: readFileSync(own.cert),
      })
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
      socket.close()
    })

    it('is asked by commands: by the configuration, by an address, and not by who trusts another', async () => {
      const at = ['--set', `dataDir=${stack.dataDir}`]
      const byConfiguration = [...stack.arguments, '--set', tls[0] as string]
      expect(await run(['labels', ...byConfiguration])).toMatchObject({ code: 0 })
      const byAddress = [...at, '--set', `query.url=https://${address}`]
      expect(await run(['labels', ...byAddress, '--set', `query.ca=${own.cert}`])).toMatchObject({ code: 0 })
      const refused = await run(['labels', ...byAddress, '--set', `query.ca=${other.cert}`])
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--set query.ca=FILE') })
      const [, port] = address.split(':')
      const byOtherName = ['--set', `query.url=https://localhost:${port}`, '--set', `query.ca=${own.cert}`]
      const { stderr } = await run(['labels', ...at, ...byOtherName])
      expect(stderr).toContain('ask it by a name that its certificate is for')
      const unread = await run(['labels', ...byAddress, '--set', 'query.ca=/nosuch.pem'])
      expect(unread).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot use /nosuch.pem') })
    })

    it('takes up a renewed certificate', async () => {
      const before = await shown()
      copyFileSync(other.key, own.key)
      copyFileSync(other.cert, own.cert)
      await until(async () => (await shown()) !== before, reloadTimeoutMs)
    })
  },
)
