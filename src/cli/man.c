/* infra man: the manual page as roff (man(7)), from the same tables as the help. Every word of prose is escaped, so that no text can be
 * taken for a macro. */
#include "cli/arguments.h"


typedef struct Section {
    Prose title, text; /* paragraphs with line ends between them */
} Section;

static const Section before[] = {
    {PROSE_INIT("DESCRIPTION", "DESCRIPCIÓN"),
     PROSE_INIT("infra reviews Dockerfiles, Compose projects, Kubernetes manifests, Kustomize builds, Terraform modules and pipelines the way a senior engineer does: it reads every file before it approves, quotes file and line, says why, and stays silent where it can't know. It opens no socket and executes nothing of the repository.",
                "infra revisa Dockerfiles, proyectos de Compose, manifiestos de Kubernetes, builds de Kustomize, módulos de Terraform y pipelines como lo hace alguien con experiencia: lee cada archivo antes de aprobar, cita archivo y línea, dice por qué, y se calla lo que no puede saber. No abre ningún socket ni ejecuta nada del repositorio.")},
};

static const Section after[] = {
    {PROSE_INIT("EXIT STATUS", "ESTADO DE SALIDA"),
     PROSE_INIT("0: nothing at the threshold, and everything was verified.\n1: findings at or above --fail-on, or something that is never approved.\n2: wrong usage or settings.\n3: something that was recognised was not fully read, or nothing was recognised.",
                "0: nada que llegue al umbral, y todo verificado.\n1: hallazgos desde --fail-on, o algo que nunca se aprueba.\n2: uso o configuración incorrectos.\n3: algo reconocido no se leyó entero, o no se reconoció nada.")},
    {PROSE_INIT("FILES", "ARCHIVOS"),
     PROSE_INIT(".infra.yaml: settings; `infra config schema` prints their schema.\n.infra-baseline.json: findings that are known already.\n.infra/checks/: your own checks.",
                ".infra.yaml: configuración; `infra config schema` muestra su esquema.\n.infra-baseline.json: hallazgos que ya se conocen.\n.infra/checks/: tus propios chequeos.")},
    {PROSE_INIT("ENVIRONMENT", "ENTORNO"), PROSE_INIT("INFRA_LANG: language of what people read, en or es.\nNO_COLOR: no colours.", "INFRA_LANG: idioma de lo que leen las personas, en o es.\nNO_COLOR: sin colores.")},
};

/* man(7): a backslash and a hyphen are escaped everywhere, a point and a quote at the start of a line. */
static void put(Buf *out, Str text) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool starts = i == 0 || text.at[i - 1] == '\n';
        if (starts && (c == '.' || c == '\'')) buf_lit(out, "\\&");
        if (c == '\\') buf_lit(out, "\\e");
        else if (c == '-') buf_lit(out, "\\-");
        else if (c == '\n') buf_lit(out, "\n.br\n");
        else buf_byte(out, c);
    }
}

static void put_section(Buf *out, const Section *section, Language language) {
    buf_lit(out, ".SH \"");
    put(out, section->title.in[language]);
    buf_lit(out, "\"\n");
    put(out, section->text.in[language]);
    buf_byte(out, '\n');
}

static void put_usage(Buf *out, Str usage, Language language) {
    Buf text = {0};
    help_usage(usage, language, &text);
    put(out, buf_str(&text));
    buf_free(&text);
}

static void put_options(Buf *out, const Option *options, uint32_t count, Language language) {
    for (uint32_t i = 0; i < count; i++) {
        const Option *o = &options[i];
        buf_lit(out, ".TP\n\\fB\\-\\-");
        put(out, o->name);
        buf_lit(out, "\\fR");
        if (o->value.len) {
            buf_lit(out, " \\fI");
            put_usage(out, o->value, language);
            buf_lit(out, "\\fR");
        }
        buf_byte(out, '\n');
        Buf help = {0};
        buf_add(&help, o->help.in[language]);
        if (o->allowed) {
            buf_lit(&help, ": ");
            values_list(o->allowed, &help);
        }
        put(out, buf_str(&help));
        buf_byte(out, '\n');
        buf_free(&help);
    }
}

static void put_commands(Buf *out, Language language) {
    bool es = language == LANGUAGE_ES;
    buf_add(out, es ? STR(".SH COMANDOS\n") : STR(".SH COMMANDS\n"));
    for (uint32_t i = 0; command_at(i); i++) {
        const Command *c = command_at(i);
        buf_lit(out, ".SS \"");
        put_usage(out, c->usage, language);
        buf_lit(out, "\"\n");
        put(out, c->summary.in[language]);
        buf_byte(out, '\n');
        Buf words = {0};
        if (help_word(c, &words)) {
            buf_lit(out, ".TP\n\\fI");
            put_usage(out, STR("KIND"), language);
            buf_lit(out, "\\fR\n");
            put(out, buf_str(&words));
            buf_byte(out, '\n');
        }
        buf_free(&words);
        put_options(out, c->options, c->option_count, language);
    }
    uint32_t count;
    const Option *common = common_options(&count);
    buf_add(out, es ? STR(".SS \"Opciones de todos\"\n") : STR(".SS \"Options of all of them\"\n"));
    put_options(out, common, count, language);
}

static int run(const Arguments *a) {
    Buf out = {0};
    bool es = a->language == LANGUAGE_ES;
    buf_lit(&out, ".TH INFRA 1 \"\" \"infra " VERSION "\"\n");
    buf_add(&out, es ? STR(".SH NOMBRE\ninfra \\- revisa la infraestructura de un repositorio\n.SH SINOPSIS\n\\fBinfra\\fR \\fICOMANDO\\fR [\\fIOPCIONES\\fR] [\\fIARGUMENTOS\\fR]\n")
                     : STR(".SH NAME\ninfra \\- reviews the infrastructure of a repository\n.SH SYNOPSIS\n\\fBinfra\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]\n"));
    for (size_t i = 0; i < ARRAY_COUNT(before); i++) put_section(&out, &before[i], a->language);
    put_commands(&out, a->language);
    for (size_t i = 0; i < ARRAY_COUNT(after); i++) put_section(&out, &after[i], a->language);
    int status = command_print(buf_str(&out), EXIT_CLEAN);
    buf_free(&out);
    return status;
}

const Command man_command = {STR_INIT("man"), STR_INIT("infra man"), PROSE_INIT("the manual page, for `man -l -`", "la página de manual, para `man -l -`"), NULL, 0, run, NULL, true};
