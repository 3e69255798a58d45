import { join } from 'node:path'

/** Of the service's runtime FLINK-1_20, which the application is built for. */
export const FLINK_JAVA = 17

/** Paths of what the service provides, in the form of a Java class path. */
export const classPathFile = (app: string): string => join(app, 'target/provided.cp')
