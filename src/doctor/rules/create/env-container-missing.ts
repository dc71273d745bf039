import {editTemplate} from '../../fix.js'
import {nearMisses, STRONG} from '../../near-miss.js'
import {defineRule} from '../../rule.js'

/** pkg/api/v1/resource/helpers.go by way of the kubelet, as it resolves a resourceFieldRef: `container wep not found`. The API server does not look whether there is such a container. */
const NO_CONTAINER = /^container (\S+) not found$/

export default defineRule({
  id: 'env-container-missing',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'An environment variable wants the resources of a container that the pod does not have',
  explain: `resourceFieldRef puts a limit or a request of a container into an environment variable. "containerName" may be left out, and then means the container itself; when it
is given, it must be one of the pod's containers. The API server accepts any name, and the kubelet then cannot make the container.`,

  * check(patient) {
    for (const {name, spec, specPath, editPath, waiting, statusPath} of patient.containers) {
      const wanted = waiting?.reason === 'CreateContainerConfigError' ? NO_CONTAINER.exec(waiting.message)?.[1] : undefined
      const index = wanted === undefined ? -1 : spec.env?.findIndex(({valueFrom}) => valueFrom?.resourceFieldRef?.containerName === wanted) ?? -1
      const variable = spec.env?.[index]?.name
      if (wanted === undefined || variable === undefined) continue
      const names = patient.containers.map(container => container.name)
      const near = nearMisses(wanted, names)[0]
      const best = near && near.score >= STRONG ? near.name : names.length === 1 ? names[0]! : undefined
      const path = `env[${variable}].valueFrom.resourceFieldRef.containerName`
      const change = best === undefined ? undefined : editTemplate(patient, [{path: `${editPath}.${path}`, to: best}])
      yield {
        container: name,
        summary: `Env ${variable} of container "${name}" wants the resources of container "${wanted}", which the pod does not have${best === undefined ? `; it has ${names.join(', ')}` : `; it has "${best}"`}.`,
        evidence: [patient.cite(patient.pod, `${statusPath}.state.waiting.message`), patient.cite(patient.pod, `${specPath}.env[${index}].valueFrom.resourceFieldRef.containerName`)],
        fixes: [{action: best === undefined ? `Name one of the containers ${names.join(', ')}, or leave out containerName` : `Name container "${best}"`, ...change}],
        culprit: {...patient.owner.ref, part: `${name} ${variable}`},
      }
    }
  },
})
