/* Does it look like a credential? By the name that holds it, by its form, or by the name of the file. Tables in secret.c. */
#ifndef VALUES_SECRET_H
#define VALUES_SECRET_H

#include "base/str.h"

/* What a value of this form is ("aws-access-key", "github-token", "private-key" …), or empty. *part is the credential in it. */
Str secret_form(Str value, Str *part);
/* The same of one place, and of the first scheme://user:password@host. */
bool secret_form_at(Str s, size_t at, Str *kind, Str *part);
bool secret_url_password(Str s, Str *part);
/* The letters that all names of secrets have somewhere: pass, pwd, pswd, secret, token, key, cred, auth. */
bool secret_stem_at(Str s, size_t i);
/* Whether a variable of that name holds a secret: DB_PASSWORD, API_TOKEN; not PASSWORD_FILE, TOKEN_URL, PUBLIC_KEY. */
bool secret_name(Str name);
/* A value that stands for a secret and is none: empty, a reference, a placeholder. */
bool secret_placeholder(Str value);
/* Stands in for what is put there later, by repeating the name in capitals (API_KEY: API_KEY_VAL, COOKIE_SECRET: SECRET), or names what lies
 * elsewhere (TLS_SECRET: shop/tls-secret). */
bool secret_repeats_name(Str value, Str name);
/* Whether a file of that name holds secrets: id_rsa, .env, .npmrc, server.key … */
bool secret_file(Str path);

#endif
