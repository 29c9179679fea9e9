import type { Detected, Detector } from './detector.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The cloud that the agent runs in, by the variables that its platforms set; no metadata service is asked.
 * Source: https://opentelemetry.io/docs/specs/semconv/resource/cloud/
 */
export const detectCloud: Detector = ({ environment }) =>
  amazon(environment) ?? google(environment) ?? azure(environment) ?? {}

function amazon(env: Environment): Detected | undefined {
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION']
  const isEcs = env['ECS_CONTAINER_METADATA_URI_V4'] ?? env['ECS_CONTAINER_METADATA_URI']
  const lambda = env['AWS_LAMBDA_FUNCTION_NAME']
  if (region === undefined && isEcs === undefined && lambda === undefined) return undefined
  return {
    'cloud.provider': 'aws',
    'cloud.region': region,
    'cloud.platform': lambda !== undefined ? 'aws_lambda' : isEcs !== undefined ? 'aws_ecs' : undefined,
    'faas.name': lambda,
    'faas.version': env['AWS_LAMBDA_FUNCTION_VERSION'],
  }
}

function google(env: Environment): Detected | undefined {
  const project = env['GOOGLE_CLOUD_PROJECT'] ?? env['GCP_PROJECT'] ?? env['GCLOUD_PROJECT']
  const isRun = env['K_SERVICE'] !== undefined && env['K_REVISION'] !== undefined
  if (project === undefined && !isRun) return undefined
  return {
    'cloud.provider': 'gcp',
    'cloud.account.id': project,
    'cloud.region': env['GOOGLE_CLOUD_REGION'] ?? env['FUNCTION_REGION'],
    'cloud.platform': isRun ? 'gcp_cloud_run' : undefined,
    'faas.name': env['K_SERVICE'],
    'faas.version': env['K_REVISION'],
  }
}

function azure(env: Environment): Detected | undefined {
  const site = env['WEBSITE_SITE_NAME']
  const app = env['CONTAINER_APP_NAME']
  if (site === undefined && app === undefined) return undefined
  const isFunction = env['FUNCTIONS_WORKER_RUNTIME'] !== undefined
  const platform = isFunction
    ? 'azure_functions'
    : site === undefined
      ? 'azure_container_apps'
      : 'azure_app_service'
  return {
    'cloud.provider': 'azure',
    'cloud.region': env['REGION_NAME'],
    'cloud.platform': platform,
    'service.instance.id': env['WEBSITE_INSTANCE_ID'] ?? env['CONTAINER_APP_REPLICA_NAME'],
  }
}
