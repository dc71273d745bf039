import {lookalikes, suggestion} from '../../references.js'
import {defineWellPodRule} from '../../rule.js'

/**
 * `serviceName` of a StatefulSet names a Service that does not exist. Nothing refuses that and the pods run, but the names by which they
 * are to be reached (db-0.db.shop.svc) exist only through a headless Service of that name.
 */
export default defineWellPodRule({
  id: 'headless-service-missing',
  judges: 'well pod',
  scans: true,
  phase: 'serve',
  severity: 'warning',
  heals: 'never',
  title: 'The StatefulSet names a Service that does not exist, so its pods have no names in DNS',
  explain: `A StatefulSet gives its pods names that stay: POD.SERVICE.NAMESPACE.svc. They come from the headless Service (clusterIP: None) that its field
serviceName names, which somebody has to make. Without it the pods run, and nobody finds them by name, not even each other.`,

  * check(patient) {
    const {owner: {ref, object}} = patient
    const {serviceName, selector} = (object as {spec?: {serviceName?: string, selector?: {matchLabels?: Record<string, string>}}} | undefined)?.spec ?? {}
    if (ref.kind !== 'StatefulSet' || !object || !serviceName || patient.find('Service', serviceName) !== null) return
    const like = lookalikes(patient, 'Service', serviceName)
    const ports = (patient.pod.spec?.containers ?? []).flatMap(({ports = []}) => ports).filter(({containerPort}) => typeof containerPort === 'number')
    const labels = Object.entries(selector?.matchLabels ?? {})
    const making = [['kubectl', 'create', 'service', 'clusterip', serviceName, '--clusterip=None', ...(ports.length > 0 ? ports.map(({containerPort}) => `--tcp=${containerPort}`) : [])],
      ['kubectl', 'set', 'selector', `service/${serviceName}`, labels.map(([key, value]) => `${key}=${value}`).join(',')]]
    yield {
      summary: `StatefulSet "${ref.name}" names Service "${serviceName}", which does not exist in namespace "${patient.namespace}"${suggestion(like)}; its pods have no names in DNS.`,
      evidence: [patient.cite(object, 'spec.serviceName'), patient.citeAbsence('Service', serviceName)],
      fixes: [like.best === undefined && ports.length > 0 && labels.length > 0
        ? {action: `Create the headless Service "${serviceName}" for its pods`, commands: making, effect: 'creates'}
        : {action: `Create a headless Service "${serviceName}" that selects the pods of statefulset/${ref.name}${like.best === undefined ? '' : `, or make the StatefulSet anew with serviceName ${like.best}: the field cannot be changed`}`}],
      culprit: {kind: 'StatefulSet', namespace: patient.namespace, name: ref.name, part: 'serviceName'},
    }
  },
})
