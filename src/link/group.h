/* Objects of one kind, found by what a join asks of them without looking at each: their folder, their name, a label they
 * carry, a label their selector wants. A list of candidates may hold too many, never too few: the join decides. */
#ifndef LINK_GROUP_H
#define LINK_GROUP_H

#include "base/map.h"
#include "base/vec.h"
#include "model/shape.h"

typedef VEC(uint32_t) MemberVec; /* indexes of members, rising */

/* What joins ask of an object: copied out of it, so that it need not stay. */
typedef struct Member {
    const Object *object;   /* what a join gives: a manifest, or one of its pods; NULL: it is asked for by the two numbers */
    uint32_t file, subject; /* its file, and its place among the subjects of that */
    Str path;               /* of its file */
    Str folder;             /* the same without the name; empty at the root */
    Str name, namespace;    /* the same; NULL when none is known */
    bool no_name;           /* it can't be known */
    Str target;             /* the name in its `scaleTargetRef`; NULL when it has none */
    bool no_target;         /* it has one that can't be known */
    Value labels;
    Value selector;         /* null when its kind has none */
    bool plain;             /* the selector is a bare map of labels, as in a Service */
} Member;

typedef struct Group {
    VEC(const Member *) members;
    Map files;           /* file → its first member: 1 + index; those of a file lie together */
    Map folders;         /* folders that hold members → themselves */
    Map above;           /* the same and all folders around them */
    Map names;           /* name → MemberVec */
    MemberVec unnamed;   /* the name is a hole */
    Map targets;         /* the name of what they scale → MemberVec */
    MemberVec untargeted; /* that name is a hole */
    Map labels;          /* "key=value" → MemberVec */
    MemberVec unlabeled; /* a label is a hole, or more may come */
    Map wanted;          /* "key=value" that what a selector matches must carry, or one of those it may choose from → MemberVec */
    MemberVec wide;      /* the selector has none that is known */
} Group;

Str group_folder(const Object *manifest); /* of its file; empty at the root */
void group_add(Group *group, const Member *member, Arena *a); /* borrows it */
/* Folders that the nearest member shares with `folder`, from the root down; UINT32_MAX when one lies in it. */
uint32_t group_nearest(const Group *group, Str folder);

/* Members that may have this name, match this selector, or select these labels; in `a`. */
MemberVec group_named(const Group *group, Str name, Arena *a);
MemberVec group_scaling(const Group *group, Str name, Arena *a); /* what scales an object of this name */
MemberVec group_selected(const Group *group, Value selector, bool plain, Arena *a);
MemberVec group_selecting(const Group *group, Value labels, Arena *a);
MemberVec group_beside(const Group *group, Str path, Arena *a); /* of one file */
MemberVec group_all(const Group *group, Arena *a);

#endif
