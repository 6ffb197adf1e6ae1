/* Whether the API has the kind of a manifest in the version that it names. Only groups of Kubernetes itself are judged: what stands in
 * others is up to who defines it. https://kubernetes.io/docs/reference/using-api/#api-groups */
#include "facts/schema.h"
#include "systems/kubernetes_lower.h"

static const char *const own_groups[] = {
    "", "apps", "autoscaling", "batch", "policy", "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io",
    "authentication.k8s.io", "authorization.k8s.io", "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io",
    "flowcontrol.apiserver.k8s.io", "networking.k8s.io", "node.k8s.io", "rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io",
    "storage.k8s.io", "storagemigration.k8s.io",
};

/* In v1 without being of the API: files of clients, and what OpenShift 3 served there. */
static const char *const others_in_core[] = {
    "Config", "List", "Status", "Template", "Route", "DeploymentConfig", "BuildConfig", "Build", "ImageStream", "ImageStreamTag", "Project",
    "ProjectRequest", "User", "Group", "Identity", "OAuthClient", "SecurityContextConstraints", "ClusterNetwork", "NetNamespace",
    "EgressNetworkPolicy", "Policy", "PolicyBinding", "ClusterPolicy", "ClusterPolicyBinding", "RoleBindingRestriction", "PodSecurityPolicy",
    "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding",
};

static bool is_listed(Str name, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (str_is(name, list[i])) return true;
    }
    return false;
}

static Str group_of(Str api_version) {
    Str group, version;
    return str_cut(api_version, '/', &group, &version) ? group : STR("");
}

static bool is_own(Str group) { return is_listed(group, own_groups, ARRAY_COUNT(own_groups)); }

static Value text_at(Manifest *m, Str text, Value origin) {
    Value v = value_string(text);
    v.flags |= VALUE_DERIVED;
    return value_at(v, origin.source ? origin.source : m->source, origin.span);
}

/* The version of the API that has the kind, in the group if there is one; stable ones stand last in the table. */
static Str served_in(Str kind, Str group, bool *same_group) {
    SchemaKind k;
    Str found = {NULL, 0};
    *same_group = false;
    for (uint32_t i = 0; schema_kind(kind, i, &k); i++) {
        Str own = group_of(k.api_version);
        bool same = str_eq(own, group);
        if (!is_own(own) || (*same_group && !same)) continue;
        bool better = !found.len || (same && !*same_group) || k.api_version.len < found.len || (k.api_version.len == found.len && str_compare(k.api_version, found) > 0);
        *same_group = *same_group || same;
        if (better) found = k.api_version;
    }
    return found;
}

void kind_model(Manifest *m, Object *o) {
    Value version = o->fields[MANIFEST_API_VERSION], kind = o->fields[MANIFEST_KIND];
    if (version.kind != VALUE_STRING || kind.kind != VALUE_STRING || o->fields[MANIFEST_GROUP].kind != VALUE_STRING) return;
    Str group = value_str(o->fields[MANIFEST_GROUP]), name = value_str(kind);
    SchemaRemoval removal;
    bool described = schema_find(value_str(version), name) != NULL;
    if (!is_own(group)) {
        if (!described) o->fields[MANIFEST_API_STATE] = text_at(m, STR("foreign"), version);
        return;
    }
    if (schema_removal(value_str(version), name, &removal)) return;
    if (str_ends(name, STR("List")) && schema_find(value_str(version), str_slice(name, 0, name.len - 4))) return; /* each kind has one */
    if (!group.len && is_listed(name, others_in_core, ARRAY_COUNT(others_in_core))) return;
    bool same;
    Str served = served_in(name, group, &same), near = {NULL, 0};
    const char *state = described ? "known" : same ? "other-version" : served.len ? "other-group" : "unknown";
    if (served.len && !str_is(str_of(state), "known")) near = served;
    if (!served.len) { /* a slip of the pen in the right group */
        near = schema_nearest_kind(name);
        served_in(near, group, &same);
        if (!same) near.len = 0;
    }
    o->fields[MANIFEST_API_STATE] = text_at(m, str_of(state), version);
    if (near.len) o->fields[MANIFEST_NEAREST] = text_at(m, near, kind);
}
