/** The attribute that says which file a line stood in. Source: OpenTelemetry's semantic conventions for log media. */
export const filePathKey = 'log.file.path'
