import { expect, it } from 'vitest'
import { find } from './find.ts'

const places = {
  pages: [
    { title: 'Explore', path: '/explore' },
    { title: 'Streams', path: '/streams' },
  ],
  services: ['web', 'streamer'],
  recent: ['{service="web"} |= "x"', ''],
}
const kinds = (text: string) => find(text, places).map(({ kind, title }) => `${kind} ${title}`)

it('finds pages without a text', () => {
  expect(kinds('')).toEqual(['page Explore', 'page Streams', 'query {service="web"} |= "x"'])
})

it('finds pages, services and recent queries by a part, and offers a search', () => {
  expect(kinds('Stream')).toEqual(['page Streams', 'service streamer', 'search Search lines for Stream'])
  expect(kinds('web')).toEqual(['service web', 'query {service="web"} |= "x"', 'search Search lines for web'])
})

it('knows a trace and a line by their ids', () => {
  const id = '0AF7651916CD43DD8448EB211C80319C'
  expect(find(id, places)[0]).toEqual({
    kind: 'trace',
    title: `Trace ${id}`,
    address: `/traces/${id.toLowerCase()}`,
  })
  expect(find('1763862000123456789-0-12-3', places)[0]).toMatchObject({
    kind: 'line',
    address: '/explore?line=1763862000123456789-0-12-3',
  })
})

it('writes services of any name so that the query can be read', () => {
  const [service] = find('odd', { ...places, services: ['odd "one"'] })
  expect(new URLSearchParams(service?.address.split('?')[1]).get('query')).toBe('{service="odd \\"one\\""}')
})
