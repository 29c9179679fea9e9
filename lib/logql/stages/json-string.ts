const escapedOrControl = /\\.|\p{Cc}/gsu

/** What a string in quotes means. Control characters may stand in it as they are, which JSON has not. Throws a SyntaxError. */
export function parsedString(literal: string): string {
  return String(JSON.parse(literal.replace(escapedOrControl, written)))
}

function written(found: string): string {
  return found.length > 1 ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** A blank for each character that could not be read when the text came. Source: Loki pkg/logql/log, removeInvalidUtf. */
export function withoutUnread(text: string): string {
  return text.includes('\ufffd') ? text.replaceAll('\ufffd', ' ') : text
}
