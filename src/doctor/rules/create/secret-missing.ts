import {missingInEnvironment} from '../../missing-references.js'
import {defineRule} from '../../rule.js'

/**
 * The kubelet resolves environment variables as it makes the container, and says `secret "x" not found`
 * (pkg/kubelet/kubelet_pods.go, all versions). A Secret that a *volume* names fails earlier: volume-secret-missing.
 */
const NOT_FOUND = /secret "([^"]+)" not found/

export default defineRule({
  id: 'secret-missing',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'A Secret that the container needs does not exist',
  explain: `An environment variable of the container comes from a Secret that is not in the pod's namespace. Secrets cannot be
read across namespaces, so one of the same name elsewhere does not help. The kubelet keeps trying: the container starts by itself soon
after the Secret is created, or when the pod's template names one that exists.`,

  check: patient => missingInEnvironment(patient, 'Secret', NOT_FOUND),
})
