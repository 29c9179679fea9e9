import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import { nodeHttp, nodeHttps, OperatingError, packageVersion } from '../../../lib/base/index.ts'
import { decode, encodingOf, readBody } from '../../listen/body.ts'
import type { ScrapeConfig } from './config.ts'

/** OpenMetrics first: it has exemplars, units and start times. */
const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'

export interface Exposition {
  text: string
  isOpenMetrics: boolean
}

/** Asks a target for its metrics. Errors: SCRAPE_FAILED, BODY_TOO_LARGE, and those of the network. */
export async function fetchMetrics(
  url: string,
  config: ScrapeConfig,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Exposition> {
  const response = await ask(url, {
    ...(await tlsOf(config)),
    headers: {
      accept,
      'accept-encoding': 'gzip',
      'user-agent': `millrace/${packageVersion()}`,
      'x-prometheus-scrape-timeout-seconds': String(timeoutMs / 1_000),
      ...(await authorizationOf(config)),
    },
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  })
  if (response.statusCode !== 200) {
    response.resume()
    throw new OperatingError('SCRAPE_FAILED', `${url} answered with status ${response.statusCode}`)
  }
  const body = await readBody(response, config.body_size_limit, () => undefined)
  const encoding = encodingOf(response.headers['content-encoding']) ?? 'identity'
  const text = (await decode(body, encoding, config.body_size_limit)).toString('utf8')
  return { text, isOpenMetrics: String(response.headers['content-type']).includes('openmetrics-text') }
}

function ask(url: string, options: RequestOptions): Promise<IncomingMessage> {
  const get = url.startsWith('https:') ? nodeHttps().get : nodeHttp().get
  return new Promise((resolve, reject) => {
    get(url, options, resolve).on('error', reject)
  })
}

async function tlsOf({ tls_config: tls }: ScrapeConfig): Promise<RequestOptions> {
  if (tls === null) return {}
  const read = async (path: string | null): Promise<Buffer | undefined> =>
    path === null ? undefined : await readFile(path)
  const [ca, cert, key] = await Promise.all([tls.ca_file, tls.cert_file, tls.key_file].map(read))
  return {
    rejectUnauthorized: !tls.insecure_skip_verify,
    ...(tls.server_name === null ? {} : { servername: tls.server_name }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  }
}

async function authorizationOf({
  basic_auth: basic,
  authorization,
}: ScrapeConfig): Promise<Record<string, string>> {
  if (basic !== null) {
    const password = await secret(basic.password, basic.password_file)
    return { authorization: `Basic ${Buffer.from(`${basic.username}:${password}`).toString('base64')}` }
  }
  if (authorization === null) return {}
  const { type, credentials, credentials_file } = authorization
  return { authorization: `${type} ${await secret(credentials, credentials_file)}` }
}

async function secret(given: string | null, path: string | null): Promise<string> {
  return given ?? (path === null ? '' : (await readFile(path, 'utf8')).trim())
}
