/* Terraform and OpenTofu: https://developer.hashicorp.com/terraform/language
 * The files of a folder are one module; modules are evaluated together, each called one with its caller's inputs. */
#ifndef SYSTEMS_TERRAFORM_TERRAFORM_H
#define SYSTEMS_TERRAFORM_TERRAFORM_H

#include "systems/system.h"

/* Nothing: a file alone means nothing. */
void terraform_model(Source *source, const Tree *tree, Model *model);
/* BLOCK objects of every module, as subjects of the file that each stands in, and what is inside them. */
void terraform_evaluate(SystemFile *files, uint32_t count, const Outside *outside);

#endif
