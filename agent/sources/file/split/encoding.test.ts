import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../../../lib/base/index.ts'
import { inTemporaryFolder } from '../../../testing/temporary-folder.ts'
import { TestAgent } from '../testing/test-agent.ts'
import { encodingName, encodingOf, isEncoding } from './encoding.ts'
import { Transcoder } from './transcoder.ts'

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16()
const utf32 = (text: string, isBig: boolean) => {
  const points = Array.from(text, character => character.codePointAt(0) ?? 0)
  const bytes = Buffer.alloc(points.length * 4)
  for (const [i, point] of points.entries())
    if (isBig) bytes.writeUInt32BE(point, i * 4)
    else bytes.writeUInt32LE(point, i * 4)
  return bytes
}
const marked = (mark: number[], content: Buffer) => Buffer.concat([Buffer.from(mark), content])

describe('where a place in the text of a line stands in the chunk', () => {
  const bytesOf = {
    shift_jis: Buffer.from([0x41, 0x93, 0x8c, 0xb1, 0x93, 0x8c, 0x0a, 0x93, 0x8c, 0x42, 0xfd, 0x43]),
    gb18030: Buffer.from([0x41, 0x81, 0x30, 0x81, 0x30, 0xb0, 0xa1, 0x0a, 0xb0, 0xa1, 0x43, 0x81, 0x30]),
    'euc-jp': Buffer.from([0x41, 0x8f, 0xb0, 0xa1, 0xb0, 0xa1, 0x0a, 0xb0, 0xa1, 0x43]),
    'utf-16be': Buffer.from('a😀b\n東x', 'utf16le').swap16(),
    'utf-32le': utf32('a😀b\n東x', false),
    'utf-32be': utf32('a😀b\n東x', true),
    'windows-1252': Buffer.from('na\xefve\nx\xe9', 'latin1'),
  }

  test.each(Object.entries(bytesOf))('%s', (encoding, bytes) => {
    const coder = new Transcoder()
    const text = coder.decode(bytes, 0, bytes.length, encoding, true)
    const part = new Transcoder()
    const letters = Array.from(text.toString())
    for (let i = 0; i <= letters.length; i++) {
      const before = letters.slice(0, i).join('')
      const place = coder.placeOf(Buffer.byteLength(before))
      expect(part.decode(bytes, 0, place, encoding, true).toString()).toBe(before)
    }
  })
})

describe('the encoding of a file', () => {
  test.each([
    ['', undefined],
    ['a', 'utf-8'],
    ['a\n', 'utf-8'],
    ['\xef', undefined],
    ['\xef\xbb', undefined],
    ['\xef\xbb\xbfa', 'utf-8'],
    ['\xff', undefined],
    ['\xff\xfe', undefined],
    ['\xff\xfe\0', undefined],
    ['\xff\xfea', 'utf-16le'],
    ['\xff\xfe\0\0', 'utf-32le'],
    ['\xff\xfea\0', 'utf-16le'],
    ['\0\0', undefined],
    ['\0\0\xfe', undefined],
    ['\0\0\xfe\xff', 'utf-32be'],
    ['\xfe\xff', 'utf-16be'],
    ['\xff\xffab', 'utf-8'],
    ['a\0', undefined],
    ['a\0b', undefined],
    ['a\0b\0', 'utf-16le'],
    ['\0a\0b', 'utf-16be'],
    ['\0', undefined],
    ['\0\0\0\0', 'utf-8'],
    ['a\0bc', 'utf-8'],
  ])('is told by its beginning: %j', (head, expected) => {
    expect(encodingOf(Buffer.from(head, 'latin1'))).toBe(expected)
  })

  test('has many labels', () => {
    expect(['latin1', 'shift_jis', 'gb18030', 'utf8', 'klingon'].map(isEncoding)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ])
    expect(encodingName('latin1')).toBe('windows-1252')
  })
})

test.each(['utf-16le', 'utf-16be', 'windows-1252', 'shift_jis', 'gb18030', 'euc-kr'])(
  'text is decoded by whole characters, and places are found again: %s',
  label => {
    const isWide = label.startsWith('utf-16')
    const samples: Record<string, string> = {
      'windows-1252': 'caf\xe9 \x80\n',
      shift_jis: '\x83\x65\x83\x58\x83\x67\n\x95\x5c',
      gb18030: '\xc4\xe3\xba\xc3\n\x81\x30\x84\x36',
      'euc-kr': '\xb0\xa1\n\xb3\xaa',
    }
    const text = 'a é 😀\nਊ\u0a00\u000aend\n\0\0half'
    const bytes = isWide
      ? label === 'utf-16be'
        ? utf16be(text)
        : Buffer.from(text, 'utf16le')
      : Buffer.from(`${samples[label]}\nnext\n\0\0half`, 'latin1')
    const whole = new TextDecoder(label, { ignoreBOM: true }).decode(bytes)
    const transcoder = new Transcoder()
    for (let cut = 0; cut <= bytes.length; cut++) {
      const first = Buffer.from(transcoder.decode(bytes, 0, cut, label, false))
      const place = transcoder.placeOf(first.length)
      expect(cut - place).toBeLessThan(4)
      const rest = transcoder.decode(bytes, place, bytes.length, label, true)
      expect(first.toString() + rest.toString()).toBe(whole)
    }
    const all = transcoder.decode(bytes, 0, bytes.length, label, true)
    for (const [i, byte] of all.entries()) {
      if (byte !== 0x0a && byte !== 0) continue
      const place = transcoder.placeOf(i + 1)
      const rest = new TextDecoder(label, { ignoreBOM: true }).decode(bytes.subarray(place))
      expect(rest).toBe(all.toString('utf8', i + 1))
    }
  },
)

async function withAgent(
  extra: object,
  run: (agent: TestAgent, clock: FakeClock, path: string) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async folder => {
    const clock = new FakeClock()
    const agent = await TestAgent.open({ folder, include: ['a.log'], extra, clock })
    await run(agent, clock, join(folder, 'a.log'))
    await agent.close()
  })
}

async function bodies(agent: TestAgent, clock: FakeClock): Promise<string[]> {
  await agent.readAll(clock)
  return (await agent.rows()).map(row => row.body)
}

describe('files are read as text', () => {
  const text = '{"msg":"café 😀"}\r\nzwei\nਊ drei\n'
  const rows = ['{"msg":"café 😀"}', 'zwei', 'ਊ drei']

  test.each([
    ['UTF-8 with a mark', marked([0xef, 0xbb, 0xbf], Buffer.from(text))],
    ['UTF-16 LE with a mark', marked([0xff, 0xfe], Buffer.from(text, 'utf16le'))],
    ['UTF-16 BE with a mark', marked([0xfe, 0xff], utf16be(text))],
    ['UTF-32 LE with a mark', marked([0xff, 0xfe, 0, 0], utf32(text, false))],
    ['UTF-32 BE with a mark', marked([0, 0, 0xfe, 0xff], utf32(text, true))],
    ['UTF-16 LE without', Buffer.from(text, 'utf16le')],
    ['UTF-16 BE without', utf16be(text)],
  ])('%s, however they grow, with the bytes of the file in the ledger', async (_, content) => {
    for (let cut = 0; cut <= content.length; cut += 7)
      await withAgent({}, async (agent, clock, path) => {
        await writeFile(path, content.subarray(0, cut))
        await agent.readAll(clock)
        await agent.reopen(() => appendFile(path, content.subarray(cut)))
        expect(await bodies(agent, clock)).toEqual(rows)
        expect((await agent.rows())[0]?.attributes['msg']).toBe('café 😀')
        expect((await agent.records()).at(-1)?.entry.to).toBe(content.length)
      })
  })

  test.each([
    ['latin1', 'caf\xe9\n', 'café'],
    ['windows-1252', '5 \x80\n', '5 €'],
    ['shift_jis', '\x83\x65\x83\x58\x83\x67\n', 'テスト'],
    ['gb18030', '\xc4\xe3\xba\xc3\n', '你好'],
    ['utf-16le', 'h\0i\0\n\0', 'hi'],
    ['utf-32be', '\0\0\0h\0\0\0i\0\0\0\n', 'hi'],
    ['utf-32le', '\0\xd8\0\0\n\0\0\0', '\ufffd'],
  ])('in %s where that is said', async (encoding, content, expected) => {
    await withAgent({ encoding }, async (agent, clock, path) => {
      await writeFile(path, Buffer.from(content, 'latin1'))
      expect(await bodies(agent, clock)).toEqual([expected])
    })
  })

  test('a line without an end is taken by whole characters', async () => {
    await withAgent({}, async (agent, clock, path) => {
      const content = marked([0xff, 0xfe], Buffer.from('one\nhalf 😀\nnext\n', 'utf16le'))
      const within = content.length - 14
      await writeFile(path, content.subarray(0, within))
      await agent.readAll(clock)
      clock.advance(6_000)
      expect(await bodies(agent, clock)).toEqual(['one', 'half '])
      await appendFile(path, content.subarray(within))
      expect(await bodies(agent, clock)).toEqual(['one', 'half ', '😀', 'next'])
    })
  })
})
