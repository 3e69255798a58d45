import path from 'node:path'

/** The Flink application's sources, and what is made of them. */
export const FLINK_APP = path.resolve(import.meta.dirname, '../flink-app')
export const flinkJar = (app: string): string => path.join(app, 'target/ecomm-streaming-app.jar')
/** SQL and settings that the jar was built of. */
export const packagedFolder = (app: string): string => path.join(app, 'target/packaged')
