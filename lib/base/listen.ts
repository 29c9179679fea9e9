import { once } from 'node:events'
import { type AddressInfo, isIPv4, type Server } from 'node:net'
import { codeOf, OperatingError } from './errors.ts'

export interface HostPort {
  host: string
  port: number
}

/** Reads `host:port`, with an IPv6 host in brackets. Port 0 means any free port. Throws INVALID_ADDRESS. */
export function parseHostPort(text: string): HostPort {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s[\]]+)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (match === null || port > 65535)
    throw new OperatingError(
      'INVALID_ADDRESS',
      `'${text}' is not an address, expected host:port as in 127.0.0.1:9092`,
    )
  return { host: (match[1] ?? match[2]) as string, port }
}

/** The inverse of parseHostPort. */
export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Whether an address `host:port` is one of this machine's own, which nobody else reaches. */
export function isLoopback(address: string): boolean {
  const { host } = parseHostPort(address)
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

/**
 * Listens and resolves to the address as taken. Where it cannot, the error names the configuration key to change.
 * Errors: PORT_IN_USE, CANNOT_LISTEN.
 */
export async function listen(server: Server, address: string, configKey: string): Promise<string> {
  const { host, port } = parseHostPort(address)
  server.listen({ host, port })
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw listenError(cause, address, configKey)
  }
  return formatHostPort({ host, port: (server.address() as AddressInfo).port })
}

export function listenError(cause: unknown, address: string, configKey: string): OperatingError {
  const code = codeOf(cause)
  if (code === 'EADDRINUSE')
    return new OperatingError(
      'PORT_IN_USE',
      `${address} is already in use: stop the other program or set ${configKey} to another address`,
      { cause },
    )
  return new OperatingError(
    'CANNOT_LISTEN',
    `cannot listen on ${address} (${code ?? cause}): change ${configKey}`,
    {
      cause,
    },
  )
}
