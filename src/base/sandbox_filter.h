/* The system call filter, for the machine that the program was built for. */
#ifndef BASE_SANDBOX_FILTER_H
#define BASE_SANDBOX_FILTER_H

#include <linux/filter.h>

extern const struct sock_filter sandbox_filter[];
extern const unsigned short sandbox_filter_count;

#endif
