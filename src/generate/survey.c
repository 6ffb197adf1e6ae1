/* Files are read once, when somebody asks. */
#include "generate/survey.h"

static uint32_t lower_bound(const Survey *s, Str path) {
    uint32_t low = 0, high = s->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (str_compare(s->paths[middle], path) < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

bool survey_has(const Survey *s, Str path) {
    uint32_t at = lower_bound(s, path);
    return at < s->count && str_eq(s->paths[at], path);
}

void survey_range(const Survey *s, Str folder, uint32_t *first, uint32_t *end) {
    *first = lower_bound(s, folder);
    *end = *first;
    while (*end < s->count && str_starts(s->paths[*end], folder)) (*end)++;
}

SurveyFile *survey_file(Survey *s, Str path) {
    void **slot = map_slot(s->a, &s->files, path);
    SurveyFile *file = *slot;
    if (!file) {
        file = arena_new(s->a, SurveyFile);
        file->source.path = path;
        bool there = survey_has(s, path);
        if (!there || s->read(s->data, path, SURVEY_FILE_MAX, s->a, &file->source.bytes) != READ_OK) {
            file->source.bytes = (Str){NULL, 0};
            if (there) vec_push(s->a, &s->unread, path);
        }
        *map_slot(s->a, &s->files, path) = file;
    }
    return file->source.bytes.at ? file : NULL;
}

const Tree *survey_tree(SurveyFile *file) {
    if (!file->tree && str_find_byte(file->source.bytes, '\0') == STR_NONE) file->tree = yaml_parse(text_of_source(&file->source));
    return file->tree;
}

void survey_note_crowded(Survey *s, Str folder) {
    vec_each(Str, known, &s->crowded) {
        if (str_eq(*known, folder)) return;
    }
    vec_push(s->a, &s->crowded, folder);
}

void survey_free(Survey *s) {
    for (uint32_t i = 0; i < s->files.count; i++) {
        if (s->files.items[i].value) arena_free(&((SurveyFile *)s->files.items[i].value)->source.arena);
    }
}
