/* The part of the law Prose that looks at words.
 * Invariant: what it refuses is wrong wherever it stands; what depends on the sentence is left to readers. */
#include "check/prose.h"

/* Orders in the forms of tú and usted, where a sentence begins: here everybody is vos. Only forms that are nothing else at that place. */
static bool is_formal(Str word) {
    static const char *const orders[] = {
        "Agrega", "Agregue", "Apaga", "Borra", "Borre", "Cambie", "Comparta", "Configure", "Copie", "Crea", "Cree", "Defina", "Deje", "Dele", "Dile", "Elige", "Elija",
        "Escriba", "Escribe", "Establezca", "Fija", "Guarde", "Habilite", "Haga", "Haz", "Instale", "Llame", "Monte", "Mueva", "Mueve", "Pase", "Permita", "Pon",
        "Ponga", "Ponle", "Quita", "Quite", "Revise", "Saca", "Saque", "Separe", "Suba", "Usa", "Use", "Utiliza", "Utilice", "Verifica", "Verifique"};
    for (size_t i = 0; i < ARRAY_COUNT(orders); i++) {
        if (str_is(word, orders[i])) return true;
    }
    return false;
}

/* Words that only tú and usted have, anywhere. */
static bool is_foreign(Str word) {
    static const char *const words[] = {"usted", "ustedes", "puedes", "tienes", "debes", "quieres", "necesitas", "eres", "contigo", "asegúrate", "asegúrese"};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (str_eq_nocase(word, str_of(words[i]))) return true;
    }
    return false;
}

static bool in_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80; }

static bool speaks_to_tu(Str text, bool starts) {
    bool code = false;
    for (size_t i = 0; i < text.len;) {
        size_t start = i;
        while (i < text.len && in_word(text.at[i])) i++;
        Str word = str_slice(text, start, i);
        if (!code && word.len && (is_foreign(word) || (starts && is_formal(word)))) return true;
        if (i == start) {
            code ^= text.at[i] == '`';
            starts = text.at[i] == '.' || text.at[i] == ';' || text.at[i] == ':' || (starts && text.at[i] == ' ');
            i++;
        } else starts = false;
    }
    return false;
}

static const char *of_text(Str text, Language language, bool starts) {
    if (str_has(text, STR("  "))) return "two spaces in a row";
    return language == LANGUAGE_ES && speaks_to_tu(text, starts) ? "Spanish is in voseo: usá, poné, agregá" : NULL;
}

static const char *of_template(const Template *t, Language language, uint32_t *values) {
    const char *fault = NULL;
    for (uint32_t i = 0; i < t->part_count; i++) {
        if (t->parts[i].program) (*values)++;
        else if (!fault) fault = of_text(t->parts[i].literal, language, !i);
    }
    Str last = t->part_count ? t->parts[t->part_count - 1].literal : STR("");
    if (!fault && t->part_count && !t->parts[t->part_count - 1].program && str_ends(last, STR("."))) fault = "say and solve have no final period";
    return fault;
}

const char *prose_fault(const Check *c) {
    uint32_t say[LANGUAGE_COUNT] = {0}, solve[LANGUAGE_COUNT] = {0};
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        const char *fault = of_text(c->title.in[l], (Language)l, true);
        if (!fault) fault = of_template(&c->say[l], (Language)l, &say[l]);
        if (!fault) fault = of_template(&c->solve[l], (Language)l, &solve[l]);
        Str why = str_trim(c->why.in[l]);
        if (!fault && why.len && why.at[why.len - 1] != '.') fault = "why ends with a period";
        if (!fault && l == LANGUAGE_ES && speaks_to_tu(why, true)) fault = "Spanish is in voseo: usá, poné, agregá";
        if (fault) return fault;
    }
    if (say[LANGUAGE_EN] != say[LANGUAGE_ES]) return "say tells other values in the other language";
    return solve[LANGUAGE_EN] != solve[LANGUAGE_ES] ? "solve tells other values in the other language" : NULL;
}
