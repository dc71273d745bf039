import {prune} from './prune.js'
import {readSnapshot, writeSnapshot} from './snapshot.js'

// usage: tsx test/support/prune-file.ts SNAPSHOT [TO]: takes out of a recorded snapshot what its report does not need
const [from = '', to = from] = process.argv.slice(2)
writeSnapshot(to, prune(readSnapshot(from)))
