/**
 * What a dashboard of this title is called in addresses and files; '' where there is no title. A title that has nothing
 * that can stand there, as one in Japanese, gets a name made of its letters' numbers.
 *
 * @example
 * boardName('Café & Bar') // => 'cafe-bar'
 */
export function boardName(title: string): string {
  const written = title
    .trim()
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
  const name = written.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
  if (name !== '' || written === '') return name
  const numbers = [...written].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 2 ** 40, 7)
  return `board-${numbers.toString(36)}`
}
