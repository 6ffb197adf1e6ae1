/* The two languages, and prose that exists in both. */
#ifndef MODEL_LANGUAGE_H
#define MODEL_LANGUAGE_H

#include "base/str.h"

typedef enum Language { LANGUAGE_EN, LANGUAGE_ES, LANGUAGE_COUNT } Language;

/* "en", "es"; an empty string behind the last. */
static inline Str language_code(uint32_t i) { return i == LANGUAGE_EN ? STR("en") : i == LANGUAGE_ES ? STR("es") : (Str){NULL, 0}; }

/* The same thing said in each language; written by hand in both. */
typedef struct Prose {
    Str in[LANGUAGE_COUNT];
} Prose;

#define PROSE(english, spanish) ((Prose){{STR(english), STR(spanish)}})
#define PROSE_INIT(english, spanish) {{STR_INIT(english), STR_INIT(spanish)}}

#endif
