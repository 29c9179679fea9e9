import { describe, expect, test } from 'vitest'
import { TimeReader } from './reader.ts'
import { utc } from './zone.ts'

const now = Date.UTC(2026, 10, 28, 17, 10)

interface Found {
  iso: string
  rest: string
}

/** What stands around it must make no difference: a line is a range of a buffer. */
function read(text: string, nowMs = now, zone = utc): Found | undefined {
  const reader = new TimeReader(zone, () => nowMs)
  const found = readIn(reader, text, '', '')
  expect(readIn(reader, text, '11/', '9')).toEqual(found)
  expect(readIn(reader, text, '2', ' UTC')).toEqual(found)
  return found
}

function readIn(reader: TimeReader, text: string, before: string, after: string): Found | undefined {
  const bytes = Buffer.from(before + text + after)
  const end = bytes.length - after.length
  if (!reader.read(bytes, before.length, end)) return undefined
  return { iso: isoOf(reader), rest: bytes.toString('utf8', reader.end, end) }
}

/** To the second as JavaScript writes it, with all nine digits of the fraction where there are any. */
function isoOf(reader: TimeReader): string {
  const seconds = new Date(reader.seconds * 1000).toISOString().slice(0, 19)
  return reader.nanos === 0 ? `${seconds}Z` : `${seconds}.${String(reader.nanos).padStart(9, '0')}Z`
}

function readValue(text: string): string | undefined {
  const reader = new TimeReader(utc, () => now)
  const bytes = Buffer.from(`"${text}"`)
  return reader.readValue(bytes, 1, bytes.length - 1) ? isoOf(reader) : undefined
}

const second = '2026-11-28T17:07:26Z'
const millis = '2026-11-28T17:07:26.123000000Z'
const micros = '2026-11-28T17:07:26.123456000Z'

describe('a written time is read at the beginning of a text', () => {
  test.each([
    ['2026-11-28T17:07:26Z rest', second, ' rest'],
    ['2026-11-28t17:07:26z rest', second, ' rest'],
    ['2026-11-28 17:07:26 rest', second, ' rest'],
    ['2026-11-28_17:07:26 rest', second, ' rest'],
    ['2026/11/28 17:07:26 rest', second, ' rest'],
    ['2026/11/28 17:07:26.123456 main.go:12: rest', micros, ' main.go:12: rest'],
    ['2026.11.28 17:07:26 rest', second, ' rest'],
    ['2026-11-28 17:07:26.123456789', '2026-11-28T17:07:26.123456789Z', ''],
    ['2026-11-28 17:07:26.1234567891234Z', '2026-11-28T17:07:26.123456789Z', ''],
    ['2026-11-28T17:07:26.1234567Z Windows', '2026-11-28T17:07:26.123456700Z', ' Windows'],
    ['2026-11-28 17:07:26,123 [main] rest', millis, ' [main] rest'],
    ['2026-11-28 17:07:26,123,name', millis, ',name'],
    ['2026-11-28 17:07:26,5,name', second, ',5,name'],
    ['2026-11-28 17:07:26, Info  CBS', second, ', Info  CBS'],
    ['2026-11-28 17:07:26.5', '2026-11-28T17:07:26.500000000Z', ''],
    ['2026-11-28 17:07:26. That', second, '. That'],
    ['2026-11-28T17:07Z rest', '2026-11-28T17:07:00Z', ' rest'],
    ['2026-11-28 17:07 rest', '2026-11-28T17:07:00Z', ' rest'],
    ['2026-11-28 5:07:26 PM rest', second, ' rest'],
    ['20261128T170726Z rest', second, ' rest'],
    ['20261128T170726.123Z rest', millis, ' rest'],
    ['20261128T170726+0100', '2026-11-28T16:07:26Z', ''],
    ['20261128-17:07:26.123 rest', millis, ' rest'],
    ['20261128 17:07:26 rest', second, ' rest'],
    ['261128 17:07:26 [Note] rest', second, ' [Note] rest'],
    ['261128  7:07:26 [Note]', '2026-11-28T07:07:26Z', ' [Note]'],
    ['28/Nov/2026:17:07:26 +0000] "GET', second, '] "GET'],
    ['28/Nov/2026:17:07:26 +0100]', '2026-11-28T16:07:26Z', ']'],
    ['28/Nov/2026:17:07:26.123] fe', millis, '] fe'],
    ['28/Nov/2026 17:07:26] "GET', second, '] "GET'],
    ['28-Nov-2026 17:07:26.123 INFO', millis, ' INFO'],
    ['28-Nov-2026::17:07:26 ===', second, ' ==='],
    ['28-Nov-2026 17:07:26 UTC] PHP', second, '] PHP'],
    ['28 Nov 2026 17:07:26.123 * rest', millis, ' * rest'],
    ['28 Nov 17:07:26.123 * rest', millis, ' * rest'],
    ['8 Nov 2026 17:07:26 rest', '2026-11-08T17:07:26Z', ' rest'],
    ['28.11.2026 17:07:26 rest', second, ' rest'],
    ['28.11.2026, 17:07:26 rest', second, ' rest'],
    ['1.2.2026 17:07:26 rest', '2026-02-01T17:07:26Z', ' rest'],
    ['28-11-2026 17:07:26 rest', second, ' rest'],
    ['11/28/2026 5:07:26 PM rest', second, ' rest'],
    ['11/28/2026, 5:07:26\u202fPM rest', second, ' rest'],
    ['11/28/2026 12:07:26 AM', '2026-11-28T00:07:26Z', ''],
    ['11/28/2026 12:07:26 PM', '2026-11-28T12:07:26Z', ''],
    ['11/28/2026 17:07:26 rest', second, ' rest'],
    ['28/11/2026 17:07:26 rest', second, ' rest'],
    ['1/2/2026 17:07:26', '2026-01-02T17:07:26Z', ''],
    ['26/11/28 17:07:26 INFO', second, ' INFO'],
    ['11/28/26 17:07:26:123 UTC] 00000001', millis, '] 00000001'],
    ['11-28 17:07:26.123  1234  5678 I', millis, '  1234  5678 I'],
    ['Sat Nov 28 17:07:26 2026', second, ''],
    ['Sat Nov 28 17:07:26.123456 2026] [core:error]', micros, '] [core:error]'],
    ['Sat Nov 28 18:07:26 CET 2026 rest', second, ' rest'],
    ['Sat Nov  7 17:07:26 2026', '2026-11-07T17:07:26Z', ''],
    ['Sat Nov 28 2026 18:07:26 GMT+0100 (Central European Standard Time) rest', second, ' rest'],
    ['Sat, 28 Nov 2026 17:07:26 GMT rest', second, ' rest'],
    ['Sat, 28 Nov 2026 18:07:26 +0100 rest', second, ' rest'],
    ['Saturday, 28-Nov-26 17:07:26 GMT', second, ''],
    ['Sat 2026-11-28 17:07:26 UTC', second, ''],
    ['Nov 28 17:07:26 host', second, ' host'],
    ['Nov 28 17:07:26.123456 host', micros, ' host'],
    ['Nov 28 17:07:26 2001:db8::1 sshd', second, ' 2001:db8::1 sshd'],
    ['Nov 28 2026 17:07:26: %ASA-6', second, ': %ASA-6'],
    ['Nov 28, 2026 5:07:26 PM org.foo.Bar', second, ' org.foo.Bar'],
    ['November 28, 2026 17:07:26', second, ''],
    ['nov  8 17:07:26 host', '2026-11-08T17:07:26Z', ' host'],
    ['2026 Nov 28 17:07:26 UTC: %ETHPORT-5', second, ': %ETHPORT-5'],
    ['2026 Nov  8 17:07:26.123 switch', '2026-11-08T17:07:26.123000000Z', ' switch'],
    ['2026-Nov-28 17:07:26.123456 rest', micros, ' rest'],
    ['11-28-2026 17:07:26 rest', second, ' rest'],
    ['2026-11-28-17.07.26.123456 I1', micros, ' I1'],
    ['2026-11-28-18.07.26.123456+060 I1', micros, ' I1'],
    ['2026-11-28-13.37.26.123456-210 I1', micros, ' I1'],
    ['2026-11-28 17.07.26 rest', second, ' rest'],
    ['@400000006b0b0a58075bca00 rest', '2026-11-28T17:07:26.123456000Z', ' rest'],
    ['1996-02-29 17:07:26', '1996-02-29T17:07:26Z', ''],
    ['2199-01-01T00:00:00Z', '2199-01-01T00:00:00Z', ''],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z', ''],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z', ''],
  ])('%s', (text, iso, rest) => {
    expect(read(text)).toEqual({ iso, rest })
  })
})

describe('a zone is what is one', () => {
  const from = (hour: number) => `2026-11-28T${String(hour).padStart(2, '0')}:00:00Z`
  // the machine's own is an hour and a half behind, which no abbreviation means
  const local = '2026-11-28T13:30:00Z'
  test.each([
    ['+00', from(12), ''],
    ['+0000', from(12), ''],
    ['+00:00', from(12), ''],
    ['-05', from(17), ''],
    [' +03', from(9), ''],
    [' +03 [123]', from(9), ' [123]'],
    [' +0300', from(9), ''],
    [' +0545 users', '2026-11-28T06:15:00Z', ' users'],
    ['+01:00[Europe/Berlin] rest', from(11), ' rest'],
    ['Z[UTC] rest', from(12), ' rest'],
    ['Z[main] rest', from(12), '[main] rest'],
    [' Z', from(12), ''],
    [' UTC', from(12), ''],
    [' GMT rest', from(12), ' rest'],
    [' [UTC] rest', from(12), ' rest'],
    [' CET rest', from(11), ' rest'],
    [' CEST', from(10), ''],
    [' EST', from(17), ''],
    [' EDT', from(16), ''],
    [' PST', from(20), ''],
    [' PDT', from(19), ''],
    [' MSK', from(9), ''],
    [' JST', from(3), ''],
    [' ACST', '2026-11-28T02:30:00Z', ''],
    [' UTC+1 rest', from(11), ' rest'],
    [' GMT-05:00 rest', from(17), ' rest'],
    [' +0000 UTC rest', from(12), ' rest'],
    [' +0000 UTC m=+0.1 rest', from(12), ' rest'],
    [' +0300 +03 m=+12.345', from(9), ''],
    [' +0530 IST rest', '2026-11-28T06:30:00Z', ' rest'],
    [' Europe/Berlin] PHP', from(11), '] PHP'],
    ['[Asia/Tokyo] rest', from(3), ' rest'],
    [' America/Argentina/Buenos_Aires rest', from(15), ' rest'],
    [' Etc/GMT+5 rest', from(17), ' rest'],
    [' Europe/Nowhere rest', local, ' Europe/Nowhere rest'],
    [' INFO/MainProcess', local, ' INFO/MainProcess'],
    [' Europe/Berlin-like', local, ' Europe/Berlin-like'],
    ['[Europe/Berlin', local, '[Europe/Berlin'],
    [' CST rest', local, ' rest'],
    ['', local, ''],
    [' Zookeeper started', local, ' Zookeeper started'],
    ['Zookeeper', local, 'Zookeeper'],
    [' z', local, ' z'],
    [' UTCTime', local, ' UTCTime'],
    [' Gmt', local, ' Gmt'],
    [' +1234 users', local, ' +1234 users'],
    [' -1234 users', local, ' -1234 users'],
    [' +12345', local, ' +12345'],
    [' +5 users', local, ' +5 users'],
    [' +10% more', local, ' +10% more'],
    [' +10.5 s', local, ' +10.5 s'],
    [' -- rest', local, ' -- rest'],
    ['-ERROR', local, '-ERROR'],
    [' EAT this', local, ' EAT this'],
    [' [main] rest', local, ' [main] rest'],
    [' INFO rest', local, ' INFO rest'],
  ])('after 12:00:00: "%s"', (text, iso, rest) => {
    expect(read(`2026-11-28 12:00:00${text}`, now, () => -5400)).toEqual({ iso, rest })
  })
})

describe('no time is', () => {
  test.each([
    '2026-02-30 12:00:00',
    '2026-04-31 12:00:00',
    '2025-02-29T12:00:00Z',
    '2100-02-29T12:00:00Z',
    '2026-13-01 12:00:00',
    '2026-00-01 12:00:00',
    '2026-01-00 12:00:00',
    '2026-11-28 25:00:00',
    '2026-11-28 24:00:00',
    '2026-11-28 12:60:00',
    '2026-11-28 12:00:61',
    '2026-11-28T12:00',
    '2026-11-28x12:00:00',
    '2026-11-28 12-00-00',
    '2026-11-28',
    '2026-11-28 10.10.10.1 GET /',
    '2026-11-28-draft-1.2.3',
    '2026-11-28-10.61.10',
    '2026 Nov 31 12:00:00',
    '2026-Nov 28 12:00:00',
    '2026 Novel 28 12:00:00',
    '13-13-2026 12:00:00',
    '@400000006b0b0a58075bca0 cut',
    '@home 12:00:00 is where',
    '1969-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    'Feb 30 12:00:00 host',
    'Foo 12 12:00:00 host',
    'Jun 31 12:00:00',
    '31/Jun/2026:12:00:00 +0000',
    '32.1.2026 12:00:00',
    '13/13/2026 12:00:00',
    '11/28/2026 13:07:26PM',
    '20261128170726 transferred',
    '20261328T170726Z',
    'Sat, 31 Nov 2026 17:07:26 GMT',
    'Saturn 28 17:07:26 2026',
    '192.168.1.1 - - 12:00:00',
    '123456 12 seconds passed',
    '[12345.678901] usb 1-1',
    '17:07:26.123 [main] INFO',
    '123456 99:07:26 rest',
    'Mayor 12 of the city said',
    '12 monkeys and 13:00:00',
  ])('%s', text => {
    expect(read(text)?.iso).toBe(text.startsWith('2026-11-28T12:00') ? '2026-11-28T12:00:00Z' : undefined)
  })
})

describe('a day without a year is the last such day', () => {
  const at = (iso: string) => Date.parse(iso)
  const tokyo = () => 9 * 3600
  test.each([
    ['Jan  1 00:29:50', '2026-12-31T15:30:00Z', tokyo, '2026-12-31T15:29:50Z'],
    ['Jan  1 00:00:02', '2026-12-31T23:58:00Z', utc, '2027-01-01T00:00:02Z'],
    ['Dec 31 23:59:59', '2027-01-01T00:00:10Z', utc, '2026-12-31T23:59:59Z'],
    ['Dec 31 23:59:59', '2026-01-15T12:00:00Z', utc, '2025-12-31T23:59:59Z'],
    ['Mar 27 13:06:56', '2026-11-28T17:07:26Z', utc, '2026-03-27T13:06:56Z'],
    ['Dec 27 13:06:56', '2026-11-28T17:07:26Z', utc, '2025-12-27T13:06:56Z'],
    ['Feb 29 12:00:00', '2026-11-28T17:07:26Z', utc, '2024-02-29T12:00:00Z'],
    ['Feb 29 12:00:00', '2028-02-29T12:00:05Z', utc, '2028-02-29T12:00:00Z'],
    ['Feb 29 12:00:00', '2103-06-01T00:00:00Z', utc, '2096-02-29T12:00:00Z'],
    ['Feb 29 12:00:00', '2028-02-28T23:00:00Z', utc, '2028-02-29T12:00:00Z'],
  ])('%s, seen at %s', (text, seen, zone, iso) => {
    expect(read(text, at(seen), zone)).toEqual({ iso, rest: '' })
  })

  test('in klog, whose dates have no signs', () => {
    const reader = new TimeReader(utc, () => now)
    const klog = (text: string) => {
      const bytes = Buffer.from(text)
      return reader.readKlog(bytes, 1, bytes.length) ? isoOf(reader) : undefined
    }
    expect(klog('I1128 17:07:26.123456   12345 file.go:12] x')).toBe(micros)
    expect(klog('I20261128 17:07:26.123456 12345 file.cc:12] x')).toBe(micros)
    expect(klog('I1328 17:07:26.123456 x')).toBeUndefined()
    expect(klog('I11281 17:07:26.123456 x')).toBeUndefined()
    expect(klog('I1128 hello there')).toBeUndefined()
  })
})

describe('a value that is a time as a whole', () => {
  test.each([
    ['1795885646', '2026-11-28T17:07:26Z'],
    ['1795885646.5', '2026-11-28T17:07:26.500000000Z'],
    ['1795885646.123456789', '2026-11-28T17:07:26.123456789Z'],
    ['1795885646123', millis],
    ['1795885646123.456', micros],
    ['1795885646123456', micros],
    ['1795885646123456789', '2026-11-28T17:07:26.123456789Z'],
    ['1.795885646123e9', millis],
    ['1.795885646123e+09', millis],
    ['1.795885646123E12', millis],
    ['1795885646123e-3', millis],
    ['179588564e1', '2026-11-28T17:07:20Z'],
    ['2027-01-01 00:29:50+00', '2027-01-01T00:29:50Z'],
    ['2026-11-28 17:07:26.123 +0000 UTC', millis],
    ['Sat, 28 Nov 2026 17:07:26 GMT', second],
    ['20261128T170726Z', second],
    ['2026-11-28T17:07Z', '2026-11-28T17:07:00Z'],
    ['2026-11-28 17:07:26 x', undefined],
    ['-1795885646', undefined],
    ['0', undefined],
    ['0000000000', undefined],
    ['17958856', undefined],
    ['1795885646.', undefined],
    ['1795885646.5s', undefined],
    ['1795885646e', undefined],
    ['1795885646e400', undefined],
    ['1.5', undefined],
    ['1e400', undefined],
    ['17958856461234567890', undefined],
    ['yesterday', undefined],
    ['', undefined],
  ])('%s', (text, iso) => {
    expect(readValue(text)).toBe(iso)
  })
})
