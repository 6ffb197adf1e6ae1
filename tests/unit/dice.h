/* Small models at random, and the same ones in every run. */
#ifndef UNIT_DICE_H
#define UNIT_DICE_H

#include "base/base.h"

static uint32_t dice_state = 1;

/* 0 … sides - 1 */
static uint32_t dice(uint32_t sides) {
    dice_state = dice_state * 1664525u + 1013904223u;
    return (dice_state >> 16) % sides;
}

#endif
