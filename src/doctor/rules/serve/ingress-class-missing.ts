import {byText} from '../../order.js'
import {lookalikes} from '../../references.js'
import {defineObjectRule} from '../../rule.js'

const DEFAULT = 'ingressclass.kubernetes.io/is-default-class'

/** No controller takes the Ingress: the class that it names does not exist, or it names none and no class is the default. The old annotation kubernetes.io/ingress.class counts as a name of anybody's choice. */
export default defineObjectRule({
  id: 'ingress-class-missing',
  judges: 'Ingress',
  phase: 'serve',
  severity: 'error',
  heals: 'never',
  title: 'No controller serves the Ingress: its class does not exist',
  explain: `An IngressClass says which controller serves an Ingress. One that names a class which does not exist, or names none where no class is the default,
is served by nobody: it gets no address and no traffic, and nothing says so.`,

  * check(subject) {
    const {object: ingress, namespace} = subject
    const classes = subject.list('IngressClass', {})
    const name = ingress.spec?.ingressClassName
    if (!classes || ingress.metadata?.annotations?.['kubernetes.io/ingress.class'] !== undefined || ingress.status?.loadBalancer?.ingress?.length) return
    if (name === undefined ? classes.some(({metadata}) => metadata?.annotations?.[DEFAULT] === 'true') : classes.some(({metadata}) => metadata?.name === name)) return
    const names = classes.map(({metadata}) => metadata?.name ?? '').toSorted(byText)
    const meant = name === undefined ? (names.length === 1 ? names[0] : undefined) : lookalikes(subject, 'IngressClass', name).best ?? (names.length === 1 ? names[0] : undefined)
    const there = names.length === 0 ? 'there is no IngressClass in the cluster' : names.length === 1 ? `"${names[0]}" is the only one` : `there are ${names.join(', ')}`
    yield {
      summary: name === undefined ? `Ingress "${ingress.metadata?.name}" names no IngressClass and none is the default; ${there}.` : `Ingress "${ingress.metadata?.name}" names IngressClass "${name}", which does not exist; ${there}.`,
      evidence: [...(name === undefined ? [subject.cite(ingress, 'metadata.name')] : [subject.cite(ingress, 'spec.ingressClassName'), subject.citeAbsence('IngressClass', name)]), ...classes.map(one => subject.cite(one, 'metadata.name'))],
      culprit: {kind: 'Ingress', namespace, name: ingress.metadata?.name ?? '', part: 'class'},
      fixes: meant === undefined ? [{action: names.length === 0 ? 'Install an ingress controller, which brings its class' : 'Name the class of the controller that shall serve it'}] : [{
        action: `Let IngressClass "${meant}" serve it`, effect: 'changes-spec',
        commands: [['kubectl', 'patch', `ingress/${ingress.metadata?.name}`, '--type=merge', '-p', JSON.stringify({spec: {ingressClassName: meant}})]],
      }],
    }
  },
})
