import {missingInEnvironment} from '../../missing-references.js'
import {defineRule} from '../../rule.js'

/**
 * The kubelet resolves environment variables as it makes the container, and says `configmap "x" not found`
 * (pkg/kubelet/kubelet_pods.go, all versions). A ConfigMap that a *volume* names fails earlier: volume-configmap-missing.
 */
const NOT_FOUND = /configmap "([^"]+)" not found/

export default defineRule({
  id: 'configmap-missing',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'A ConfigMap that the container needs does not exist',
  explain: `An environment variable of the container comes from a ConfigMap that is not in the pod's namespace. ConfigMaps cannot be
read across namespaces, so one of the same name elsewhere does not help. The kubelet keeps trying: the container starts by itself soon
after the ConfigMap is created, or when the pod's template names one that exists.`,

  check: patient => missingInEnvironment(patient, 'ConfigMap', NOT_FOUND),
})
