import { z } from 'zod'
import { defineHandler } from '../shared/define-handler.ts'
import { month } from '../shared/documents.ts'
import { testMart } from './test-mart.ts'

export const event = z.object({ run: z.string(), mart: z.string(), month, version: z.string() })

/** Runs a mart's data tests over the month that was just built, before anything reads it. */
export const handler = defineHandler('test-mart', event, async (given, { measure }) => {
  const { bytesScanned, ...tested } = await testMart(given)
  measure({ BytesScanned: bytesScanned })
  return tested
})
