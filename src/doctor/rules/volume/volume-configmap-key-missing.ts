import {missingKeyInVolumes} from '../../missing-references.js'
import {defineRule} from '../../rule.js'

/** pkg/volume/configmap/configmap.go: a key that `items` asks for and that is not in the ConfigMap fails the whole mount. The words name the key only. */
const NO_KEY = /configmap references non-existent config key: ([^\s,\]]+)/

export default defineRule({
  id: 'volume-configmap-key-missing',
  phase: 'volume',
  severity: 'error',
  heals: 'never',
  refines: 'volume-not-mounted',
  title: 'A volume wants a key that its ConfigMap does not have',
  explain: `A volume of the pod asks under "items" for a key that the ConfigMap does not have. The kubelet then mounts nothing of it, and
no container can be made: the pod stays in ContainerCreating. It starts by itself soon after the key is there.`,

  check: patient => missingKeyInVolumes(patient, 'ConfigMap', NO_KEY),
})
