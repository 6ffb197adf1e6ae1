/* Value: what a check sees and what CEL computes with; 32 bytes, copied freely.
 *
 * A value remembers the bytes it came from (`source`, `span`), so that a finding can point and a fix
 * can edit. It may be a hole: known to be there, not known what it is (a build argument, a variable
 * without a value). A list or map may be open: something unread may add to it. An absent field is
 * VALUE_NULL whose span is where it would have to be written or what it is missing from. */
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

#include "base/map.h"
#include "model/node.h"

typedef enum ValueKind {
    VALUE_NULL,      /* absent, or an explicit null */
    VALUE_BOOL,      /* as.boolean */
    VALUE_INT,       /* as.integer */
    VALUE_UINT,      /* as.natural */
    VALUE_DOUBLE,    /* as.real */
    VALUE_STRING,    /* as.bytes, count: UTF-8 */
    VALUE_BYTES,     /* as.bytes, count */
    VALUE_LIST,      /* as.items, count */
    VALUE_MAP,       /* as.entries, count: insertion order */
    VALUE_OBJECT,    /* as.object: a record of one of the shapes in shapes.def */
    VALUE_TREE,      /* as.tree, count = index of a node: a YAML or JSON value, seen through tree->grammar's TreeView */
    VALUE_TIMESTAMP, /* as.integer: seconds since 1970 UTC; value_nanos */
    VALUE_DURATION,  /* as.integer: seconds; value_nanos (same sign) */
    VALUE_TYPE,      /* as.bytes, count: the name of a CEL type */
    VALUE_OPTIONAL,  /* as.items: NULL (none) or one value */
    VALUE_EXTENSION, /* as.extension: quantity, url, ip, cidr, semver, regex … */
    VALUE_HOLE,      /* unknown; as.partial: what is known of a string, or NULL; reason */
    VALUE_ERROR,     /* as.bytes, count: the message */
    VALUE_KIND_COUNT
} ValueKind;

enum {
    VALUE_OPEN = 1 << 0,   /* list or map: may hold more than can be seen */
    VALUE_SECRET = 1 << 1, /* never printed: prose shows it redacted */
    VALUE_DERIVED = 1 << 2 /* computed, not written: the span is that of what it was computed from */
};

/* Why a value is not known: the summary counts holes by reason. */
typedef enum HoleReason {
    HOLE_BUILD_ARGUMENT, /* ARG without a default, or overridable at build time */
    HOLE_ENVIRONMENT,    /* known only at run time: $VAR in a shell */
    HOLE_COMMAND,        /* output of a command */
    HOLE_VARIABLE,       /* an input without a value: Terraform variable, Compose ${X}, CI variable */
    HOLE_TEMPLATE,       /* {{ … }} that nobody rendered */
    HOLE_REMOTE,         /* lies in something that was not fetched: a module, a base image, an include */
    HOLE_UNREAD,         /* lies in a file that could not be read, or in a line that could not be parsed */
    HOLE_BLIND,          /* hidden on purpose, by `infra test` */
    HOLE_COUNT
} HoleReason;

/* The name of a reason, for the summary: "build-argument". */
Str hole_reason(HoleReason reason);

typedef struct Value Value;
typedef struct Object Object;
typedef struct Shape Shape;
typedef struct Entry Entry;

/* What is known of a string that is not known in whole: `prefix` + anything + `suffix`. */
typedef struct Partial {
    Str prefix, suffix;
} Partial;

/* A value of a type that CEL's core does not know: an address, a quantity, a URL. The struct of each begins with this. */
typedef struct Extension Extension;
typedef struct ExtensionType {
    Str name;                                               /* "net.IP", as type() shows it */
    bool (*equal)(const Extension *a, const Extension *b);
    void (*print)(const Extension *extension, Buf *out);
} ExtensionType;
struct Extension {
    const ExtensionType *type; /* identity of the type: compare pointers */
};

/* Only the member that the kind names may be read. In the hostile build each has a place of its own, so that any other is NULL or 0: a list's
 * items asked of a text end the tests and the fuzzers there, where else they would be the text's bytes. */
#ifdef HOSTILE
#define VALUE_UNION struct
#else
#define VALUE_UNION union
#endif

struct Value {
    uint8_t kind;    /* ValueKind */
    uint8_t flags;   /* VALUE_OPEN … */
    uint16_t reason; /* HoleReason */
    uint32_t count;  /* bytes, items, entries, index of a node, or nanos (value_nanos) */
    Span span;       /* where it came from, in `source`; meaningless when source is NULL */
    VALUE_UNION {
        bool boolean;
        int64_t integer;
        uint64_t natural;
        double real;
        const char *bytes;
        const Value *items;
        const Entry *entries;
        const Object *object;
        const Tree *tree;
        const Partial *partial;
        const Extension *extension;
    } as;
    Source *source;  /* the file it came from, or NULL (a constant of a check) */
};

#ifndef HOSTILE
_Static_assert(sizeof(void *) != 8 || sizeof(Value) == 32, "objects are made of values: eight bytes more are a quarter of the memory");
#endif

struct Entry {
    Value key, value; /* key: any scalar */
};

/* A place that takes part in what was built. */
typedef struct Layer {
    Source *source;
    Span span;
} Layer;

/* Where an object comes from that stands in no file as it is: several files give it together, in one of several ways. */
typedef struct Composite {
    Str scenario;        /* which way, for people: the folder of the overlay */
    Str system;          /* what it is, whatever its parts were recognised as */
    Str address;         /* as written, whatever it is renamed to: the same in every scenario */
    const Layer *layers; /* what it is made of */
    uint32_t layer_count;
    Value written;       /* the document it began as, untouched; null when there is none */
    bool open;           /* the scenario holds more than was read */
} Composite;

/* What stands at `here` in an object's source is worth what was written at `there`: a variable's default, an input of a call. */
typedef struct Origin {
    Span here;
    Source *source;
    Span there;
} Origin;

/* A record: one facet of something in a file (an image, a command, a stage). Fields are in the order of
 * its shape, absent ones VALUE_NULL. Objects may refer to each other in circles; none owns another. */
struct Object {
    const Shape *shape;
    Source *source;
    Span span;      /* the header: what is shown when a finding has nothing better to point at */
    Span extent;    /* all of it */
    Str address;    /* as its users know it: "stage builder", "Deployment/shop/api"; may be empty */
    const Composite *composite; /* of one that was built; else NULL */
    const Origin *origins;
    uint32_t origin_count;
    Value fields[]; /* shape->field_count of them */
};

typedef VEC(Value) ValueVec;

/* Constructors without origin. */
static inline Value value_null(void) { return (Value){.kind = VALUE_NULL}; }
static inline Value value_bool(bool b) { return (Value){.kind = VALUE_BOOL, .as.boolean = b}; }
static inline Value value_int(int64_t i) { return (Value){.kind = VALUE_INT, .as.integer = i}; }
static inline Value value_uint(uint64_t u) { return (Value){.kind = VALUE_UINT, .as.natural = u}; }
static inline Value value_double(double d) { return (Value){.kind = VALUE_DOUBLE, .as.real = d}; }
static inline Value value_string(Str s) { return (Value){.kind = VALUE_STRING, .count = (uint32_t)s.len, .as.bytes = s.at}; }
static inline Value value_list(const Value *items, uint32_t count) { return (Value){.kind = VALUE_LIST, .count = count, .as.items = items}; }
static inline Value value_map(const Entry *entries, uint32_t count) { return (Value){.kind = VALUE_MAP, .count = count, .as.entries = entries}; }
/* Of a time or duration. */
static inline int32_t value_nanos(Value v) { return (int32_t)v.count; }
static inline Value value_hole(HoleReason reason) { return (Value){.kind = VALUE_HOLE, .reason = (uint16_t)reason}; }
static inline Value value_object(const Object *o) { return (Value){.kind = VALUE_OBJECT, .as.object = o, .source = o->source, .span = o->span}; }
/* The same value, coming from `span` of `source`. */
static inline Value value_at(Value v, Source *source, Span span) { v.source = source; v.span = span; return v; }

/* The bytes of a STRING, BYTES, TYPE or ERROR. */
static inline Str value_str(Value v) { return (Str){v.as.bytes, v.count}; }
static inline bool value_is_null(Value v) { return v.kind == VALUE_NULL; }
static inline bool value_is_true(Value v) { return v.kind == VALUE_BOOL && v.as.boolean; }
static inline bool value_is_hole(Value v) { return v.kind == VALUE_HOLE; }
static inline bool value_is_string(Value v, const char *z) { return v.kind == VALUE_STRING && str_is(value_str(v), z); }

/* How a grammar's trees look as values: maps, lists and scalars (YAML, JSON). `node` is an index into
 * tree->nodes; `a` holds scalars that had to be decoded. Grammar.view points to one, or is NULL. */
typedef struct TreeView {
    Value (*value)(const Tree *tree, uint32_t node, Arena *a);               /* scalar decoded, or VALUE_TREE for map and list */
    bool (*is_map)(const Tree *tree, uint32_t node);
    bool (*is_list)(const Tree *tree, uint32_t node);
    uint32_t (*size)(const Tree *tree, uint32_t node);
    bool (*field)(const Tree *tree, uint32_t node, Str key, Arena *a, Value *out); /* by key; false when absent */
    Value (*item)(const Tree *tree, uint32_t node, uint32_t index, Arena *a);      /* of a list */
    Entry (*entry)(const Tree *tree, uint32_t node, uint32_t index, Arena *a);     /* of a map, in file order */
    const Value *(*items)(const Tree *tree, uint32_t node, uint32_t *count, Arena *a);   /* all of a list, linear */
    const Entry *(*entries)(const Tree *tree, uint32_t node, uint32_t *count, Arena *a); /* all of a map, merged keys too, linear */
    Span (*header)(const Tree *tree, uint32_t node); /* what to point at for the whole of it: the key it stands under */
} TreeView;

/* Steps through maps and lists, whether trees or values; what is absent, or no map, gives a null that points at the header of
 * what it is missing from. Scalars that must be decoded go into `a`. */
Value value_field(Value map, const char *key, Arena *a);
Value value_path(Value map, const char *path, Arena *a); /* "spec.template.spec" */
bool value_is_map(Value v);
bool value_is_list(Value v);
uint32_t value_size(Value v); /* of a map or list; 0 for anything else */
/* All items of a list at once, in `a`; count in *count. Linear, where asking one by one is not. */
const Value *value_items(Value list, uint32_t *count, Arena *a);
const Entry *value_entries(Value map, uint32_t *count, Arena *a);
/* Whether one of the keys is that text. */
bool entries_hold(const Entry *entries, uint32_t count, Str name);
/* Text of the key → const Value *, of the last of that name: for those who ask for many, where asking one by one is not linear. */
Map entries_index(const Entry *entries, uint32_t count, Arena *a);
/* A null that points where `from` is named. */
Value value_absent(Value from);
/* A tree's map or list as a VALUE_MAP or VALUE_LIST of its own; anything else as it is. */
Value value_spread(Value v, Arena *a);
/* What a field refers to, or NULL. */
static inline const Object *object_of(const Object *o, int field) { return o->fields[field].kind == VALUE_OBJECT ? o->fields[field].as.object : NULL; }
/* The text of a string, or empty. */
static inline Str value_text(Value v) { return v.kind == VALUE_STRING ? (Str){v.as.bytes, v.count} : (Str){NULL, 0}; }

/* A growing collection of subjects: what checks look at. */
typedef VEC(const Object *) ObjectVec;

/* Appends `v` as one line of JSON-like text for `debug model` and goldens: objects inside objects are shown
 * as <shape address>, holes as ?reason, open collections with a trailing "…", secrets redacted. */
void value_dump(Value v, Buf *out);
void object_dump(const Object *o, Buf *out);

#endif
