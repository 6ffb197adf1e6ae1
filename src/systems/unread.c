/* Files of systems that no grammar here reads: they are told, not judged. But a credential shows itself by its form in any text. Invariant: what
 * is found has a form of its issuer; a name alone says nothing where nobody knows what names mean. */
#include "systems/unread.h"

#include "systems/facets.h"
#include "values/secret.h"

#define FOUND_MAX 100 /* in one file */

/* What is left of `text` behind the credential in `line`, or behind the line. A key goes on to its end. */
static Str note(Source *source, Model *model, Str text, Str line, uint32_t *found) {
    Str part, kind = secret_form(line, &part), behind = str_skip(text, line.len);
    if (!kind.len) return behind;
    Str rest = str_skip(text, (size_t)(part.at - text.at));
    size_t end = str_is(kind, "private-key") ? str_find(rest, STR("-----END ")) : STR_NONE;
    if (end != STR_NONE) part = str_slice(rest, 0, end);
    uint32_t at = (uint32_t)(part.at - source->bytes.at);
    *found += secret_model(model, value_at(value_string(part), source, (Span){at, at + (uint32_t)part.len}), (Str){NULL, 0}, "text") != NULL;
    return str_skip(rest, part.len);
}

void unread_model(Source *source, const Tree *tree, Model *model) {
    (void)tree;
    uint32_t found = 0;
    for (Str rest = source->bytes; rest.len && found < FOUND_MAX;) {
        size_t end = str_find_byte(rest, '\n');
        rest = end == 0 ? str_skip(rest, 1) : note(source, model, rest, end == STR_NONE ? rest : str_slice(rest, 0, end), &found);
    }
}
