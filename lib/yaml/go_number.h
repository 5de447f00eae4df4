/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as Go writes them. */
#ifndef LIB_YAML_GO_NUMBER_H
#define LIB_YAML_GO_NUMBER_H

enum { GO_NUMBER_SIZE = 48 };

/* A double as encoding/json writes it: no exponent from 1e-6 to below 1e21. */
void go_json_number(double number, char out[GO_NUMBER_SIZE]);

/* A float as a mapping's key: the shortest form that a 32-bit float needs. */
void go_key_number(double number, char out[GO_NUMBER_SIZE]);

#endif
