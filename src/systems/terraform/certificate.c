/* Certificates that stand in a block, or in a file that it reads: what they say of themselves. */
#include "systems/terraform/module.h"

#include "values/x509.h"

#define CERTIFICATES_MAX 8 /* of one chain */

static void certificate_model(Object *block, Entry entry, const Certificate *c, Model *model) {
    Object *o = object_new(model->arena, SHAPE_CERTIFICATE, block->source, block->span);
    Value at = entry.value.source == block->source ? entry.value : entry.key;
    o->extent = block->extent;
    o->address = block->address;
    o->origins = block->origins;
    o->origin_count = block->origin_count;
    Str begins = str_copy(model->arena, str_of(c->begins)), expires = str_copy(model->arena, str_of(c->expires));
    o->fields[CERTIFICATE_BEGINS] = value_at(value_string(begins), at.source, at.span);
    o->fields[CERTIFICATE_EXPIRES] = value_at(value_string(expires), at.source, at.span);
    o->fields[CERTIFICATE_KEY] = value_at(c->key[0] ? value_string(str_of(c->key)) : value_null(), at.source, at.span);
    o->fields[CERTIFICATE_BITS] = value_at(c->bits ? value_int(c->bits) : value_null(), at.source, at.span);
    o->fields[CERTIFICATE_ATTRIBUTE] = value_at(value_string(value_text(entry.key)), at.source, entry.key.span);
    o->fields[CERTIFICATE_BLOCK] = value_object(block);
    model_subject(model, o);
}

void terraform_certificates(Object *block, Model *model) {
    Value body = block->fields[BLOCK_BODY];
    for (uint32_t i = 0; body.kind == VALUE_MAP && i < body.count; i++) {
        Entry entry = body.as.entries[i];
        Str pem = entry.value.kind == VALUE_STRING ? value_str(entry.value) : (Str){NULL, 0};
        Certificate c;
        for (uint32_t n = 0; pem.len && certificate_next(&pem, &c); n++) {
            if (n < CERTIFICATES_MAX) certificate_model(block, entry, &c, model);
            else model_cut(model, block->source);
            if (n == CERTIFICATES_MAX) break;
        }
    }
}
