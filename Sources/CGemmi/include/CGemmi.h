// The part of gemmi (https://gemmi.readthedocs.io, header-only C++) that Swift needs: the syntax of CIF,
// its numbers, and space groups. No exception leaves this interface; the caller frees only documents.
#ifndef CGEMMI_H
#define CGEMMI_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct CGemmiDocument CGemmiDocument;

// The error. `line` counts from 1, 0 where the message belongs to no line.
typedef struct {
  size_t line;
  char message[256];
} CGemmiError;

// One symmetry operation, x' = rotation·x + translation, in units of 1/24.
typedef struct {
  int rotation[9];
  int translation[3];
} CGemmiOperation;

// NULL on failure. The bytes are copied.
CGemmiDocument *cgemmi_read(const char *bytes, size_t count, CGemmiError *error);
void cgemmi_free(CGemmiDocument *document);

size_t cgemmi_block_count(const CGemmiDocument *document);
const char *cgemmi_block_name(const CGemmiDocument *document, size_t block);

// The values of a tag, in a pair or in a loop's column: their number (0 where there is no such tag) and the
// line where the pair or the loop begins. `loop` is the same number for all columns of one loop.
size_t cgemmi_values(
    const CGemmiDocument *document, size_t block, const char *tag, size_t *line, size_t *loop);

// A value without its quotes; NULL for `?`, `.` and missing values. Valid until the next call with the same
// document.
const char *cgemmi_value(CGemmiDocument *document, size_t block, const char *tag, size_t row);

// A number with or without its uncertainty, `4.332(2)`; NaN for anything else.
double cgemmi_number(const char *text);

// A triplet such as `x,y,z`. Returns 0 on failure.
int cgemmi_operation(const char *triplet, CGemmiOperation *operation, CGemmiError *error);

// All operations of a space group, centring included, into `operations`, which holds `capacity`: their
// number, or 0 where the name is unknown or there are more. By Hermann–Mauguin symbol (with the angles that
// distinguish hexagonal from rhombohedral axes where the symbol does not), by Hall symbol, or by number
// (the reference setting).
size_t cgemmi_operations_of_name(
    const char *name, double alpha, double gamma, CGemmiOperation *operations, size_t capacity);
size_t cgemmi_operations_of_hall(const char *hall, CGemmiOperation *operations, size_t capacity);
size_t cgemmi_operations_of_number(int number, CGemmiOperation *operations, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
