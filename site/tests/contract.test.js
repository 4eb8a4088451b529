import Ajv from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { goldenData, goldenLog, goldenReceipt, schema } from './golden.js'

function validator(name) {
  const ajv = new Ajv({ allErrors: true, strictTypes: false, strictTuples: false })
  ajv.addSchema(schema('data'), 'data.schema.json')
  ajv.addSchema(schema('receipt'), 'receipt.schema.json')
  return ajv.getSchema(`${name}.schema.json`)
}

describe('the contract with the engine', () => {
  test.each([['data', goldenData], ['data', goldenLog], ['receipt', goldenReceipt]])('the golden %s.json keeps to its schema', (name, golden) => {
    const validate = validator(name)
    validate(golden())
    expect(validate.errors).toBeNull()
  })

  test('a document that breaks the schema is noticed', () => {
    const validate = validator('data')
    expect(validate({ ...goldenData(), customers: 0 })).toBe(false)
  })

  test.each([
    ['log', 2.5, true], ['linear', null, true], [undefined, undefined, true],
    ['log', null, false], ['log', 0, false], ['log', undefined, false], ['linear', 2.5, false], [undefined, 2.5, false],
  ])('a scale of %s with the unit %s is right: %s', (scale, unit, isRight) => {
    const data = JSON.parse(JSON.stringify(goldenData(), (key, value) => (key === 'income' && value.kind ? { ...value, scale, log_unit: unit } : value)))
    expect(validator('data')(data)).toBe(isRight)
  })
})
