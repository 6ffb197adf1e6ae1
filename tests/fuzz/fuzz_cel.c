/* Any bytes as an expression, in both modes. */
#include "cel/cel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    for (int mode = 0; mode < 2; mode++) {
        Arena a = {0};
        CelVariable variable = {STR("x"), {0}};
        CelEnv env = {.mode = (CelMode)mode, .variables = &variable, .variable_count = 1};
        CelProgram program;
        CelFault fault;
        if (cel_compile((Str){(const char *)data, size}, &env, &a, &program, &fault)) {
            Value x = value_string(STR("abc"));
            CelScope scope = {.variables = &x, .arena = &a};
            Buf out = {0};
            cel_print(cel_evaluate(&program, &scope), &out);
            buf_free(&out);
        }
        arena_free(&a);
    }
    return 0;
}
