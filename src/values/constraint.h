/* Version constraints of Terraform: https://developer.hashicorp.com/terraform/language/expressions/version-constraints */
#ifndef VALUES_CONSTRAINT_H
#define VALUES_CONSTRAINT_H

#include "base/str.h"

/* Whether `version` ("5.80.0") meets all of `constraints` (">= 5.70, < 6.0"). What can't be read is met: nobody is accused by it. */
bool constraint_allows(Str constraints, Str version);

#endif
