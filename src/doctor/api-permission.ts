import type {Kinds} from '../kube/types.js'
import {refOf} from './cite.js'
import type {Patient} from './patient.js'
import {wordOf} from './fix.js'
import {scoreOf, STRONG} from './near-miss.js'
import type {Evidence, Fix, Ref} from './types.js'

/** What a ServiceAccount was refused; without a namespace it asked for the whole cluster. */
export interface Request {verb: string, resource: string, group: string, account: {name: string, namespace: string}, space: string | undefined}

type Role = Kinds['Role'] | Kinds['ClusterRole']
type Binding = Kinds['RoleBinding'] | Kinds['ClusterRoleBinding']
interface Grant {binding: Binding, role: Role | null | undefined, roleName: string, roleKind: 'Role' | 'ClusterRole'}
type PolicyRule = NonNullable<Role['rules']>[number]

export interface Denial {words: string, evidence: Evidence[], fixes: Fix[], culprit: Ref}

const has = (list: string[] | undefined, word: string) => list?.includes('*') || list?.includes(word) || false
const allows = ({verbs, resources, apiGroups, resourceNames}: PolicyRule, {verb, resource, group}: Request) =>
  has(verbs, verb) && has(resources, resource) && has(apiGroups, group) && !resourceNames?.length

/** Why RBAC refuses the request; undefined where it would be allowed by now, or where the bindings could not be read. */
export function denialOf(patient: Patient, request: Request): Denial | undefined {
  const {account, space} = request
  const local = space === undefined ? [] : patient.list('RoleBinding', {namespace: space})
  const wide = patient.list('ClusterRoleBinding', {})
  if (!local || !wide) return {...nothing(patient, [], request), words: 'its bindings could not be read'}
  const grants = [...local, ...wide].filter(binding => roleIn(binding, space) !== undefined).map(binding => grantOf(patient, binding, space))
  const own = grants.filter(({binding}) => namesAccount(binding, account))
  if (own.some(({role}) => role?.rules?.some(rule => allows(rule, request)) || role === undefined)) return undefined
  return roleMissing(patient, own, request) ?? ruleNear(patient, own, request) ?? subjectNear(patient, grants, request) ?? nothing(patient, own, request)
}

const roleIn = ({roleRef, kind}: Binding, space: string | undefined) => kind === 'RoleBinding' && space === undefined ? undefined : roleRef

function grantOf(patient: Patient, binding: Binding, space: string | undefined): Grant {
  const {kind, name} = binding.roleRef
  const roleKind = kind === 'Role' ? 'Role' as const : 'ClusterRole' as const
  return {binding, roleName: name, roleKind, role: roleKind === 'Role' ? patient.find('Role', name, space) : patient.find('ClusterRole', name)}
}

const namesAccount = ({subjects = [], metadata}: Binding, account: Request['account']) => subjects.some(({kind, name, namespace}) =>
  kind === 'ServiceAccount' ? name === account.name && (namespace ?? metadata?.namespace) === account.namespace
  : kind === 'Group' ? name === 'system:serviceaccounts' || name === `system:serviceaccounts:${account.namespace}` || name === 'system:authenticated'
  : name === `system:serviceaccount:${account.namespace}:${account.name}`)

/** A binding to a role that does not exist gives nothing. */
function roleMissing(patient: Patient, own: Grant[], {space}: Request): Denial | undefined {
  const grant = own.find(({role}) => role === null)
  if (!grant) return undefined
  const {binding, roleKind, roleName} = grant
  return {
    words: `${binding.kind} "${binding.metadata?.name}" refers to ${roleKind} "${roleName}", which does not exist`,
    evidence: [patient.cite(binding, 'roleRef'), patient.citeAbsence(roleKind, roleName, space ?? patient.namespace)], culprit: refOf(binding), fixes: [],
  }
}

/** The account has a role for that resource, and only the verb (or the API group) is missing in it. */
function ruleNear(patient: Patient, own: Grant[], request: Request): Denial | undefined {
  const {verb, resource, group, space} = request
  for (const {role, binding, roleKind, roleName} of own) {
    for (const [i, rule] of (role?.rules ?? []).entries()) {
      const kind = `${roleKind} "${roleName}" (${binding.kind} "${binding.metadata?.name}")`
      const here = roleKind === 'ClusterRole' || space === patient.namespace
      const patch = (path: string, value: string): Fix => ({
        action: `Add ${path === 'verbs' ? `verb ${value}` : path === 'resources' ? `resource ${value}` : `API group "${value}"`} to ${roleKind} "${roleName}"`,
        ...(here && !/^system:/.test(roleName) && {effect: 'changes-spec' as const, commands: [['kubectl', 'patch', `${roleKind.toLowerCase()}/${roleName}`, '--type=json', '-p', JSON.stringify([{op: 'add', path: `/rules/${i}/${path}/-`, value}])]]}),
      })
      const say = (words: string, path: string, value: string): Denial => ({words, evidence: [patient.cite(role!, `rules[${i}]`), patient.cite(binding, 'roleRef')], culprit: refOf(role!), fixes: [patch(path, value)]})
      const [v, r, g] = [has(rule.verbs, verb), has(rule.resources, resource), has(rule.apiGroups, group)]
      if (r && g && !v) return say(`${kind} allows ${rule.verbs.join(', ')} on ${resource}, not ${verb}`, 'verbs', verb)
      if (v && r && !g) return say(`${kind} allows it in API group "${rule.apiGroups?.join('", "')}", and ${resource} are in "${group}"`, 'apiGroups', group)
      const near = rule.resources?.find(other => scoreOf(resource, other) >= STRONG || resource.startsWith(`${other}/`))
      if (v && g && near !== undefined) return say(`${kind} allows ${verb} on "${near}", not on "${resource}"`, 'resources', resource)
    }
  }
  return undefined
}

/** A role would allow it, but its binding names another account: one with nearly that name, or of another namespace; or the pod runs as the wrong one. */
function subjectNear(patient: Patient, grants: Grant[], request: Request): Denial | undefined {
  const {account} = request
  for (const {binding, role} of grants) {
    if (!role?.rules?.some(rule => allows(rule, request)) || /^system:|^cluster-admin$/.test(role.metadata?.name ?? '')) continue
    for (const [i, {kind, name, namespace = binding.metadata?.namespace}] of (binding.subjects ?? []).entries()) {
      if (kind !== 'ServiceAccount') continue
      const where = `${binding.kind} "${binding.metadata?.name}"`
      const evidence = [patient.cite(binding, `subjects[${i}]`)]
      const misspelt = namespace === account.namespace && name !== account.name && scoreOf(account.name, name) >= STRONG
      if ((name === account.name && namespace !== account.namespace) || (misspelt && patient.find('ServiceAccount', name, namespace) === null)) {
        const local = binding.kind === 'ClusterRoleBinding' || binding.metadata?.namespace === patient.namespace
        return {
          words: `${where} gives that to ServiceAccount "${name}" of namespace "${namespace}", not to "${account.name}" of "${account.namespace}"`, evidence, culprit: refOf(binding),
          fixes: [{action: `Name ServiceAccount "${account.name}" of namespace ${account.namespace} in ${where}`, ...(local && {effect: 'changes-spec' as const, commands: [['kubectl', 'patch', wordOf(refOf(binding)), '--type=json', '-p', JSON.stringify([
            {op: 'replace', path: `/subjects/${i}`, value: {kind: 'ServiceAccount', name: account.name, namespace: account.namespace}}])]]})}],
        }
      }
      if (account.name === 'default' && namespace === account.namespace) {
        const {owner} = patient
        return {
          words: `the pod runs as ServiceAccount "default"; "${name}" may do that (${where})`, evidence: [...evidence, ...patient.citeIfPresent(patient.pod, 'spec.serviceAccountName')], culprit: owner.ref,
          fixes: owner.templatePointer === undefined ? [] : [{action: `Run it as ServiceAccount "${name}"`, commands: [['kubectl', 'set', 'serviceaccount', wordOf(owner.ref), name]], effect: 'changes-spec', ...(owner.pods !== undefined && {restarts: owner.pods})}],
        }
      }
    }
  }
  return undefined
}

/** No role of the account says a word about it. */
function nothing(patient: Patient, own: Grant[], {verb, resource, group, account, space}: Request): Denial {
  const roles = own.filter(({binding}) => binding.subjects?.some(({kind}) => kind === 'ServiceAccount'))
  const names = roles.map(({roleKind, roleName}) => `${roleKind} "${roleName}"`)
  const target = group === '' ? resource : `${resource}.${group}`
  const name = `${account.name}-${resource.replaceAll('/', '-')}`.toLowerCase()
  const here = space === undefined || space === patient.namespace
  const [role, binding] = space === undefined ? ['clusterrole', 'clusterrolebinding'] as const : ['role', 'rolebinding'] as const
  return {
    words: names.length === 0 ? `no ${space === undefined ? 'ClusterRoleBinding' : 'RoleBinding'} gives ServiceAccount "${account.name}" any role${space === undefined ? '' : ` in namespace "${space}"`}`
      : `${names.slice(0, 3).join(' and ')}, which ServiceAccount "${account.name}" has, ${names.length === 1 ? 'says' : 'say'} nothing about ${resource}`,
    evidence: [...patient.citeIfPresent(patient.pod, 'spec.serviceAccountName'), ...roles.slice(0, 2).map(({binding}) => patient.cite(binding, 'roleRef'))],
    culprit: {kind: 'ServiceAccount', namespace: account.namespace, name: account.name},
    fixes: [{
      action: `Allow ServiceAccount "${account.name}" to ${verb} ${target}${space === undefined ? ' in the whole cluster' : ''}`,
      ...(here && {effect: 'creates' as const, commands: [
        ['kubectl', 'create', role, name, `--verb=${verb}`, `--resource=${target.includes('/') ? resource.replace('/', `${group === '' ? '' : `.${group}`}/`) : target}`],
        ['kubectl', 'create', binding, name, `--${role}=${name}`, `--serviceaccount=${account.namespace}:${account.name}`],
      ]}),
    }],
  }
}
