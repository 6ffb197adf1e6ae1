/* As much of Groovy as a Jenkinsfile needs to be seen through: statements, strings, brackets and blocks, with exact spans.
 * https://groovy-lang.org/syntax.html, https://www.jenkins.io/doc/book/pipeline/syntax/
 *
 *     stage('Test') { sh "make ${X}" }     STATEMENT > WORD stage, GROUP > STRING, BLOCK > STATEMENT > WORD sh, STRING
 *
 * Nothing is evaluated and no operator is understood: what stands between is OPERATOR, a byte each. Every byte that is no
 * blank and no comment lies in a node. */
#ifndef PARSE_GROOVY_H
#define PARSE_GROOVY_H

#include "model/node.h"

typedef enum GroovyKind { GROOVY_FILE, GROOVY_STATEMENT, GROOVY_WORD, GROOVY_STRING, GROOVY_GROUP, GROOVY_BLOCK, GROOVY_OPERATOR, GROOVY_KIND_COUNT } GroovyKind;

/* Node.style of a STRING: only the double ones are interpolated. */
typedef enum GroovyStyle { GROOVY_SINGLE, GROOVY_DOUBLE, GROOVY_SINGLE3, GROOVY_DOUBLE3, GROOVY_SLASHY, GROOVY_DOLLAR } GroovyStyle;

extern const Grammar groovy_grammar;

/* Linear; problems (what is not closed) go to the source. */
const Tree *groovy_parse(Text text);
/* Whether $ in it is replaced. */
bool groovy_interpolates(const Node *string);
/* What stands between the quotes, as written. */
Span groovy_inside(const Node *string);
/* The text that the string holds, escapes decoded; each ${…} and $name is two `splice` bytes. Names in them go to `names` as
 * pieces of the tree's text when it is not NULL: `env.BRANCH_NAME`. */
typedef VEC(Str) GroovyNames;
Text groovy_text(const Tree *tree, const Node *string, char splice, GroovyNames *names);

#endif
