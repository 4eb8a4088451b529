import Ajv from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { goldenData, goldenReceipt, schema } from './golden.js'

function validator(name) {
  const ajv = new Ajv({ allErrors: true, strictTypes: false, strictTuples: false })
  ajv.addSchema(schema('data'), 'data.schema.json')
  ajv.addSchema(schema('receipt'), 'receipt.schema.json')
  return ajv.getSchema(`${name}.schema.json`)
}

describe('the contract with the engine', () => {
  test.each([['data', goldenData], ['receipt', goldenReceipt]])('the golden %s.json keeps to its schema', (name, golden) => {
    const validate = validator(name)
    validate(golden())
    expect(validate.errors).toBeNull()
  })

  test('a document that breaks the schema is noticed', () => {
    const validate = validator('data')
    expect(validate({ ...goldenData(), customers: 0 })).toBe(false)
  })
})
