/** Athena's engine version 3 follows Trino at a distance; 476 is the release that the tests were made with. */
export const TRINO_VERSION = '476'

/** What this release's classes are compiled for. */
export const TRINO_LEAST_JAVA = 24

interface Artifact {
  /** Coordinates in Maven Central. */
  readonly artifactId: string
  readonly packaging: 'tar.gz' | 'zip'
}

/** The server without plugins (the whole one has some fifty), and the one plugin that Athena's tables need. */
export const TRINO_SERVER: Artifact = { artifactId: 'trino-server-core', packaging: 'tar.gz' }
export const TRINO_HIVE: Artifact = { artifactId: 'trino-hive', packaging: 'zip' }
