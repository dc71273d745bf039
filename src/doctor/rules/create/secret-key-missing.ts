import {missingKeyInEnvironment} from '../../missing-references.js'
import {defineRule} from '../../rule.js'

/** pkg/kubelet/kubelet_pods.go, all versions: `couldn't find key pasword in Secret shop/db-credentials`. */
const NO_KEY = /couldn't find key (\S+) in Secret [^/\s]+\/(\S+)/

export default defineRule({
  id: 'secret-key-missing',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'An environment variable wants a key that its Secret does not have',
  explain: `An environment variable of the container comes from a key that the Secret does not have, most often because one of the two is
misspelt. The kubelet cannot make the container without it, and keeps trying: the container starts by itself soon after the key is there.
A reference with "optional: true" would be left out instead.`,

  check: patient => missingKeyInEnvironment(patient, 'Secret', NO_KEY),
})
