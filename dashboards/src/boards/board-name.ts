/** What a dashboard of this title is called in addresses and files; '' where nothing of it can stand there. */
export function boardName(title: string): string {
  return title
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}
