import type {Ask} from './types.js'

/** The same lookup always has the same key, whoever asks and in whatever order the fields stand. */
export const keyOf = (ask: Ask): string =>
  'get' in ask ? `get ${ask.get} ${ask.namespace ?? ''}/${ask.name}`
  : 'log' in ask ? `log ${ask.log.namespace}/${ask.log.pod}/${ask.log.container}${ask.log.previous ? ' previous' : ''}`
  : `list ${ask.list} ${ask.namespace ?? '*'} ${ask.labelSelector ?? ''} ${ask.fieldSelector ?? ''} ${ask.metadataOnly ? 'metadata' : ''}`.trimEnd()
