/* Any bytes as Groovy: its tree, the text of every string, and the names that are put into it; and as an expression of a rule of GitLab. */
#include "parse/groovy.h"
#include "parse/rule_expression.h"
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str bad = {NULL, 0}, bytes = {(const char *)data, size};
    rule_expression_fault(bytes, &bad);
    if (bad.len && (bad.at < bytes.at || bad.at + bad.len > bytes.at + bytes.len)) __builtin_trap();
    fuzz_grammar(data, size, groovy_parse, NULL);
    Source source;
    source_init(&source, STR("Jenkinsfile"), bytes);
    const Tree *tree = groovy_parse(text_of_source(&source));
    for (uint32_t i = 0; i < tree->count; i++) {
        const Node *node = &tree->nodes[i];
        GroovyNames names = {0};
        if (node->kind != GROOVY_STRING) continue;
        Text text = groovy_text(tree, node, '\x01', &names);
        if (text.bytes.len > 2 * (node->end - node->start)) __builtin_trap();
    }
    source_free(&source);
    return 0;
}
