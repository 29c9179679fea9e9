import { createSocket, type RemoteInfo } from 'node:dgram'
import { formatHostPort, listenError, parseHostPort } from '../../lib/base/index.ts'

/** What the system keeps for us while we are busy. */
const receiveBufferBytes = 4_194_304

export interface DatagramListening {
  address: string
  close(): Promise<void>
}

/** Listens for datagrams. Errors: PORT_IN_USE, CANNOT_LISTEN. */
export function listenDatagrams(
  address: string,
  configKey: string,
  onDatagram: (datagram: Buffer, peer: RemoteInfo) => void,
): Promise<DatagramListening> {
  const { host, port } = parseHostPort(address)
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  socket.on('message', onDatagram)
  const close = (): Promise<void> => new Promise(resolve => socket.close(() => resolve()))
  return new Promise((resolve, reject) => {
    socket.once('error', cause => reject(listenError(cause, address, configKey)))
    socket.bind({ address: host, port }, () => {
      socket.setRecvBufferSize(receiveBufferBytes)
      resolve({ address: formatHostPort({ host, port: socket.address().port }), close })
    })
  })
}
