#include "report/json_writer.h"

#include "base/utf8.h"

static void before(JsonWriter *w) {
    if (w->comma) buf_byte(w->out, ',');
    w->comma = true;
}

void json_open(JsonWriter *w, char bracket) {
    before(w);
    buf_byte(w->out, bracket);
    w->comma = false;
}

void json_close(JsonWriter *w, char bracket) {
    buf_byte(w->out, bracket);
    w->comma = true;
}

static void quoted(Buf *out, Str s) {
    buf_byte(out, '"');
    for (size_t i = 0; i < s.len;) {
        size_t run = i + str_printable(str_skip(s, i), '"', '\\');
        buf_add(out, str_slice(s, i, run));
        if ((i = run) == s.len) break;
        uint8_t c = (uint8_t)s.at[i];
        if (c < 0x80) {
            if (c == '"' || c == '\\') buf_print(out, "\\%c", c);
            else if (c == '\n') buf_lit(out, "\\n");
            else if (c == '\t') buf_lit(out, "\\t");
            else buf_print(out, "\\u%04x", c);
            i++;
            continue;
        }
        uint32_t code;
        size_t length = utf8_decode(str_skip(s, i), &code);
        if (utf8_is_steering(code)) buf_print(out, "\\u%04x", code); /* the same text, which a terminal shows as it is */
        else utf8_put(out, code);
        i += length;
    }
    buf_byte(out, '"');
}

void json_key(JsonWriter *w, const char *key) {
    before(w);
    buf_byte(w->out, '"');
    buf_add(w->out, str_of(key)); /* ours: there is nothing to escape */
    buf_lit(w->out, "\":");
    w->comma = false;
}

void json_string(JsonWriter *w, Str s) {
    before(w);
    quoted(w->out, s);
}

void json_int(JsonWriter *w, int64_t number) {
    before(w);
    buf_int(w->out, number);
}

void json_bool(JsonWriter *w, bool b) {
    before(w);
    buf_add(w->out, b ? STR("true") : STR("false"));
}

void json_put(JsonWriter *w, const char *key, Str s) {
    json_key(w, key);
    json_string(w, s);
}

void json_put_int(JsonWriter *w, const char *key, int64_t number) {
    json_key(w, key);
    json_int(w, number);
}

void json_put_strings(JsonWriter *w, const char *key, const Str *items, uint32_t count) {
    json_key(w, key);
    json_open(w, '[');
    for (uint32_t i = 0; i < count; i++) json_string(w, items[i]);
    json_close(w, ']');
}
