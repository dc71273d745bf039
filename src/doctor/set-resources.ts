import {changeTemplate} from './admission.js'
import type {Change} from './fix.js'
import {written} from './resources.js'
import type {Workload} from './workload.js'

/** A request or limit that a container shall get. */
export interface Setting {container: string, list: 'requests' | 'limits', resource: string, value: bigint}

/** A command for each container that sets them. `undefined` where the template cannot be changed. */
export function setResources(workload: Workload, settings: Setting[]): Change | undefined {
  const {template, owner} = workload
  const commands = [...new Set(settings.map(({container}) => container))].map(container => {
    const own = settings.filter(setting => setting.container === container)
    const lists = (['requests', 'limits'] as const).flatMap(list => {
      const pairs = own.filter(setting => setting.list === list).map(({resource, value}) => [resource, written(resource, value)] as const)
      return pairs.length > 0 ? [[list, pairs] as const] : []
    })
    // kubectl set resources passes over init containers.
    const isInit = template?.initContainers?.some(({name}) => name === container)
    const patch = {initContainers: [{name: container, resources: Object.fromEntries(lists.map(([list, pairs]) => [list, Object.fromEntries(pairs)]))}]}
    const whole = (owner.templatePointer ?? '').split('/').slice(1).reduceRight<object>((inner, key) => ({[key]: inner}), patch)
    return (word: string) => isInit ? ['kubectl', 'patch', word, '-p', JSON.stringify(whole)]
      : ['kubectl', 'set', 'resources', word, '-c', container, ...lists.map(([list, pairs]) => `--${list}=${pairs.map(pair => pair.join('=')).join(',')}`)]
  })
  const change = commands[0] && changeTemplate(workload, commands[0])
  const [first, ...rest] = change?.commands ?? []
  const more = commands.slice(1).flatMap(command => changeTemplate(workload, command)?.commands?.slice(0, 1) ?? [])
  return change && first ? {...change, commands: [first, ...more, ...rest]} : undefined
}

/** Where a container's request or limit stands in the template, if it does. */
export function resourcePaths({template, templatePath}: Workload, container: string, resource: string): string[] {
  return (['initContainers', 'containers'] as const).flatMap(field => (template?.[field] ?? []).flatMap(({name, resources}, i) => name !== container ? []
    : (['requests', 'limits'] as const).filter(list => resources?.[list]?.[resource] !== undefined)
      .map(list => `${templatePath}.${field}[${i}].resources.${list}${/^[\w-]+$/.test(resource) ? `.${resource}` : `["${resource}"]`}`)))
}
