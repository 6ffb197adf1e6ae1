/* A check answers to its id, to the folders it lies in, and to the ids that its peers know it by. */
#include "model/ignore.h"

bool check_is_named(const Check *check, Str pattern) {
    Str id = check->id;
    if (str_eq(pattern, id)) return true;
    if (pattern.len && str_starts(id, pattern) && (pattern.at[pattern.len - 1] == '/' || (id.len > pattern.len && id.at[pattern.len] == '/'))) return true;
    for (uint32_t i = 0; i < check->peer_count; i++) {
        if (str_eq(check->peers[i], pattern)) return true;
    }
    return false;
}

/* Trivy writes AVD-DS-0001 and DS-0001 for the same. */
static Str bare(Str id) { return str_starts(id, STR("AVD-")) ? str_skip(id, 4) : id; }

bool ignore_names(const Ignore *ignore, const Check *check) {
    if (!ignore->peer.len) return check_is_named(check, ignore->check);
    for (uint32_t i = 0; i < check->peer_count; i++) {
        Str peer, id;
        str_cut(check->peers[i], ':', &peer, &id);
        if (!str_eq(peer, ignore->peer)) continue;
        if (!ignore->check.len || str_eq_nocase(bare(id), bare(ignore->check))) return true;
    }
    return false;
}
