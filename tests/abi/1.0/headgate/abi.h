/* SPDX-License-Identifier: Apache-2.0 */
/* Headgate plugin interface: versions and how structs grow.
 *
 * The rules behind this file are in ABI.md. Every public header compiles alone, as C11 and as
 * C++17, and depends on the C library's headers only.
 */
#ifndef HEADGATE_ABI_H
#define HEADGATE_ABI_H

#include <stddef.h>
#include <stdint.h>

/* The interface that these headers describe. The major is also in the name of the entry symbol
 * (headgate_plugin_v1): a host and a plugin of different majors never meet. Within a major,
 * structs only grow at the end and every minor is listed in ABI.md. */
#define HG_ABI_MAJOR 1u
#define HG_ABI_MINOR 0u

/* Whether the struct that `p` points to, as its maker compiled it, reaches as far as `field`.
 * Each struct that crosses the interface starts with `uint32_t struct_size`, set by its maker to
 * sizeof(the struct). Ask before reading a field that a later minor added:
 *
 *   if (HG_HAS(result, duration_ms)) ...
 */
#define HG_HAS(p, field)                                                                           \
  ((p)->struct_size >=                                                                             \
   (size_t)((const unsigned char *)&(p)->field - (const unsigned char *)(p)) + sizeof((p)->field))

/* Gives the entry function default visibility; everything else in a plugin should be built with
 * -fvisibility=hidden. */
#define HG_EXPORT __attribute__((visibility("default")))

/* The only place where C and C++ differ. No struct depends on the language. */
#ifdef __cplusplus
#define HG_BEGIN_DECLS extern "C" {
#define HG_END_DECLS }
#else
#define HG_BEGIN_DECLS
#define HG_END_DECLS
#endif

#endif
