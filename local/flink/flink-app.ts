import { join, resolve } from 'node:path'

/** Of the service's runtime FLINK-1_20, which the application is built for. */
export const FLINK_JAVA = 17

/** The application's sources, and what Maven makes of them. */
export const FLINK_APP = resolve(import.meta.dirname, '../../stream/flink-app')
export const flinkJar = (app: string): string => join(app, 'target/ecomm-streaming-app.jar')
/** Paths of what the service provides, in the form of a Java class path. */
export const classPathFile = (app: string): string => join(app, 'target/provided.cp')
