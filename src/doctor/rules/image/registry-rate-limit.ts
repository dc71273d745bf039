import {editTemplate, wordOf} from '../../fix.js'
import {parseImage, pullErrors} from '../../image-pull.js'
import {pullSecretsOf, unusedLogin} from '../../pull-secrets.js'
import {askedHost, otherImages, registryCulprit} from '../../registry.js'
import {defineRule} from '../../rule.js'

/**
 * Registries answer 429 to who pulls too much; Docker Hub's body says `toomanyrequests: You have reached your pull rate limit`, which containerd
 * shows from 1.7 on. The kubelet's own `pull QPS exceeded` is another limit, and no fault.
 */
const LIMITED = /429 Too Many Requests|toomanyrequests|(?:pull|API) rate limit|rate exceeded/i

export default defineRule({
  id: 'registry-rate-limit',
  phase: 'image',
  severity: 'error',
  heals: 'by itself',
  refines: 'image-pull-failed',
  title: 'The registry lets the node pull no more for now',
  explain: `The registry counts pulls, and this node (or all that share its address) has reached the limit. Docker Hub allows few
pulls for an address without a login and more with one; the count starts afresh after some hours. A pull secret, or a mirror of one's own, is the
lasting cure. Images that are on the node already are not pulled again unless imagePullPolicy is Always.`,

  * check(patient) {
    for (const container of pullErrors(patient)) {
      const {name, spec, words, evidence, specPath} = container
      const image = spec.image ?? ''
      if (!LIMITED.test(words) || /pull QPS exceeded/.test(words)) continue
      const {registry} = parseImage(image)
      const named = pullSecretsOf(patient)
      const login = named.length === 0 ? unusedLogin(patient, image) : undefined
      const change = login === undefined ? undefined : editTemplate(patient, [{path: 'imagePullSecrets', to: [{name: login}]}])
      yield {
        container: name,
        summary: `Node "${patient.pod.spec?.nodeName ?? ''}" has reached the pull limit of registry ${askedHost(words, image)} (429 Too Many Requests), so image "${image}" of container "${name}" cannot be pulled for now${
          named.length > 0 ? '' : login === undefined ? '; the pod pulls without a login' : `; the pod pulls without a login, and Secret "${login}" holds one`}.`,
        evidence: [...evidence, ...patient.citeIfPresent(patient.pod, `${specPath}.image`), ...named.map(({path}) => patient.cite(patient.pod, path))],
        fixes: [
          ...(login !== undefined && change ? [{action: `Name Secret "${login}" as pull secret in ${wordOf(patient.owner.ref)}`, ...change}] : []),
          ...otherImages(patient, container),
          ...(named.length === 0 && login === undefined ? [{action: `Pull from ${registry} with a login (a Secret of type kubernetes.io/dockerconfigjson, named under imagePullSecrets), or from a mirror`}] : []),
        ],
        culprit: registryCulprit(words, image, '429'),
      }
    }
  },
})
