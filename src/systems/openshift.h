/* Templates of OpenShift: https://docs.openshift.com/container-platform/latest/openshift_images/using-templates.html */
#ifndef SYSTEMS_OPENSHIFT_H
#define SYSTEMS_OPENSHIFT_H

#include "model/value.h"

/* The template with the defaults of its parameters in its objects: ${NAME} inside of a text, ${{NAME}} for a value of any type. A parameter
 * without one, or that is generated, leaves a hole with what is known of the text. In `a`; spans stay. */
Value openshift_template(Value body, Arena *a);

#endif
