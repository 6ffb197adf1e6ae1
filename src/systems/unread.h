/* What is known of a file that is recognised and not read. */
#ifndef SYSTEMS_UNREAD_H
#define SYSTEMS_UNREAD_H

#include "model/model.h"

void unread_model(Source *source, const Tree *tree, Model *model);

#endif
