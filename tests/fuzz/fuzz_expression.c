/* Any bytes as an expression, alone and inside of text. */
#include "parse/expression.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Source source;
    source_init(&source, STR("fuzz"), (Str){(const char *)data, size});
    const Tree *tree = expression_parse(text_of_source(&source));
    ensure(!tree_verify(tree), "a tree is sound");
    uint32_t at = 0, start, end;
    bool closed;
    while (expression_find(source.bytes, &at, &start, &end, &closed)) ensure(start < end && end <= size && at == end, "a range lies within the text");
    source_free(&source);
    return 0;
}
