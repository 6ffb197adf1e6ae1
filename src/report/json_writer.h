/* Streaming JSON, valid for any bytes: what is no UTF-8 becomes U+FFFD. */
#ifndef REPORT_JSON_WRITER_H
#define REPORT_JSON_WRITER_H

#include "base/buf.h"

typedef struct JsonWriter {
    Buf *out;
    bool comma; /* something stands before on this level */
} JsonWriter;

void json_open(JsonWriter *w, char bracket);  /* { or [ */
void json_close(JsonWriter *w, char bracket); /* } or ] */
void json_key(JsonWriter *w, const char *key);
void json_string(JsonWriter *w, Str s);
void json_int(JsonWriter *w, int64_t number);
void json_bool(JsonWriter *w, bool b);
/* key and value at once */
void json_put(JsonWriter *w, const char *key, Str s);
void json_put_int(JsonWriter *w, const char *key, int64_t number);
void json_put_strings(JsonWriter *w, const char *key, const Str *items, uint32_t count);

#endif
