/* Terraform's JSON syntax as HCL: https://developer.hashicorp.com/terraform/language/syntax/json
 *
 *     {"resource": {"aws_s3_bucket": {"b": {"bucket": "x"}}}}    resource "aws_s3_bucket" "b" { bucket = "x" }
 *
 * JSON does not tell a block from an attribute: where Terraform's own schema does, it decides; in what providers define, an object
 * is a block unless its name is known for a map (`tags`) or its keys could be no attributes. */
#ifndef PARSE_HCL_JSON_H
#define PARSE_HCL_JSON_H

#include "parse/hcl.h"

/* The tree that the same configuration in native syntax would have, with the spans of the JSON. `values`: a file of values for
 * variables, all of whose members are attributes. Never fails; what is no JSON is a problem of the source. Linear time. */
const Tree *hcl_json_parse(Source *source, bool values);

#endif
