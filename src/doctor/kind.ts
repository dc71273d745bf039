/** How a snapshot names a kind that is not one of Kubernetes' own, since several groups may use the same word: `Rollout.argoproj.io`. */
export type CustomKind = `${string}.${string}`

const BUILT_IN = /^(?:apps|batch|autoscaling|policy|[a-z.]+\.k8s\.io)\//

/** The word for an object's kind in asks and references: the kind itself for Kubernetes' own, with its group for all others. */
export const kindKey = (kind: string, apiVersion = 'v1'): string =>
  kind === '' || !apiVersion.includes('/') || (BUILT_IN.test(apiVersion) && !/\.x-k8s\.io\//.test(apiVersion)) ? kind : `${kind}.${apiVersion.split('/')[0]}`

export const isCustom = (kind: string): kind is CustomKind => kind.includes('.')
