import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import {
  codeOf,
  messageOf,
  nodeHttp,
  nodeHttps,
  type OnceAMinute,
  OperatingError,
} from '../../../lib/base/index.ts'
import { readBody } from '../../listen/body.ts'
import type { KubernetesConfig } from './config.ts'

const maxAnswerBytes = 67_108_864
const timeoutMs = 10_000

/** What the API says of a pod, as far as it is used. */
export interface Pod {
  uid: string
  node: string
  labels: Readonly<Record<string, string>>
  /** `Deployment/cart`, for pods that something made. */
  owner: string
}

const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        namespace: z.string().default('default'),
        uid: z.string().default(''),
        labels: z.record(z.string(), z.string()).default({}),
        ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
      }),
      spec: z.object({ nodeName: z.string().default('') }).default({ nodeName: '' }),
    }),
  ),
})

/** The pods of this node, asked of the API now and then; none where there is no API to ask. */
export class Pods {
  readonly #config: KubernetesConfig['api']
  readonly #node: string
  readonly #url: string | undefined
  readonly #troubles: OnceAMinute
  #pods: ReadonlyMap<string, Pod> = new Map()
  #timer: NodeJS.Timeout | undefined
  #asking: Promise<void> | undefined
  /** Counts answers: what was made of an older one is to be made anew. */
  version = 0

  constructor(
    config: KubernetesConfig['api'],
    environment: Readonly<Record<string, string | undefined>>,
    hostName: string,
    troubles: OnceAMinute,
  ) {
    this.#config = config
    this.#node = config.node ?? environment['NODE_NAME'] ?? hostName
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = environment
    this.#url = config.url ?? (host === undefined ? undefined : `https://${host}:${port}`)
    this.#troubles = troubles
  }

  /** The first answer is waited for, so that the first lines have their pod's labels. */
  async start(): Promise<void> {
    if (this.#url === undefined) return
    await this.#ask()
    this.#timer = setInterval(() => void this.#ask(), this.#config.intervalMs)
  }

  /** By namespace and name. */
  get(namespace: string, pod: string): Pod | undefined {
    return this.#pods.get(`${namespace}/${pod}`)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#asking
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#askOnce().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #askOnce(): Promise<void> {
    try {
      const answer = await this.#fetch(
        `${this.#url}/api/v1/pods?fieldSelector=spec.nodeName%3D${encodeURIComponent(this.#node)}`,
      )
      const { items } = podList.parse(JSON.parse(answer))
      this.#pods = new Map(
        items.map(({ metadata, spec }) => [
          `${metadata.namespace}/${metadata.name}`,
          {
            uid: metadata.uid,
            node: spec.nodeName,
            labels: metadata.labels,
            owner: ownerOf(metadata.ownerReferences),
          },
        ]),
      )
      this.version++
    } catch (error) {
      this.#troubles.warn('cannot ask Kubernetes for pods, going by the paths', { error: messageOf(error) })
    }
  }

  async #fetch(url: string): Promise<string> {
    const [token, ca] = await Promise.all([
      readIfThere(this.#config.tokenFile),
      readIfThere(this.#config.caFile),
    ])
    const options = {
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${String(token).trim()}` }),
      },
      signal: AbortSignal.timeout(timeoutMs),
      ...(ca === undefined ? {} : { ca }),
    }
    const get = url.startsWith('https:') ? nodeHttps().get : nodeHttp().get
    return await new Promise((resolve, reject) => {
      get(url, options, response => {
        readBody(response, maxAnswerBytes, () => undefined).then(body => {
          if (response.statusCode === 200) resolve(body.toString('utf8'))
          else
            reject(
              new OperatingError(
                'KUBERNETES_REFUSED',
                `status ${response.statusCode}: ${body.toString('utf8').slice(0, 200)}`,
              ),
            )
        }, reject)
      }).on('error', reject)
    })
  }
}

/** A Deployment's pods are made by a ReplicaSet that has its name and a hash. */
function ownerOf([first]: readonly { kind: string; name: string }[]): string {
  if (first === undefined) return ''
  if (first.kind !== 'ReplicaSet') return `${first.kind}/${first.name}`
  return `Deployment/${first.name.replace(/-[a-z0-9]{5,10}$/, '')}`
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
