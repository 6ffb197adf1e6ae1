/* Files of systems that no grammar here reads: they are told, not judged. But a credential shows itself by its form in any text. Invariant: what
 * is found has a form of its issuer; a name alone says nothing where nobody knows what names mean. */
#include "systems/unread.h"

#include "systems/facets.h"
#include "values/secret.h"

void unread_model(Source *source, const Tree *tree, Model *model) {
    (void)tree;
    Str rest = source->bytes, line, part;
    bool endless = false; /* no private key in what is left has an end: no byte is looked at twice for one */
    while (str_next(&rest, '\n', &line)) {
        Str kind = secret_form(line, &part);
        if (!kind.len) continue;
        size_t end = str_is(kind, "private-key") && !endless ? str_find(rest, STR("-----END ")) : STR_NONE;
        endless = endless || (str_is(kind, "private-key") && end == STR_NONE);
        uint32_t at = (uint32_t)(part.at - source->bytes.at);
        if (end != STR_NONE) rest = str_skip(rest, end);
        if (end != STR_NONE) part = str_slice(source->bytes, at, (size_t)(rest.at - source->bytes.at));
        secret_model(model, value_at(value_string(part), source, (Span){at, at + (uint32_t)part.len}), (Str){NULL, 0}, "text");
    }
}
