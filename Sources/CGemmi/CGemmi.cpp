#include "CGemmi.h"

#include <cmath>
#include <cstdio>
#include <exception>
#include <gemmi/cif.hpp>
#include <gemmi/numb.hpp>
#include <gemmi/symmetry.hpp>
#include <string>

struct CGemmiDocument {
  gemmi::cif::Document document;
  std::string value;
};

namespace {

void fill(CGemmiError *error, size_t line, const char *message) {
  if (error == nullptr) return;
  error->line = line;
  std::snprintf(error->message, sizeof error->message, "%s", message);
}

// The position of a value: its item, and the column in a loop.
struct Place {
  const gemmi::cif::Item *item = nullptr;
  size_t index = 0;
  size_t column = 0;
};

Place find(const CGemmiDocument *document, size_t block, const char *tag) {
  const auto &blocks = document->document.blocks;
  if (block >= blocks.size()) return {};
  const auto &items = blocks[block].items;
  for (size_t i = 0; i < items.size(); ++i) {
    const auto &item = items[i];
    if (item.type == gemmi::cif::ItemType::Pair && gemmi::iequal(item.pair[0], tag)) return {&item, i, 0};
    if (item.type != gemmi::cif::ItemType::Loop) continue;
    int column = item.loop.find_tag_lc(tag);
    if (column >= 0) return {&item, i, size_t(column)};
  }
  return {};
}

size_t length(const Place &place) {
  if (place.item == nullptr) return 0;
  return place.item->type == gemmi::cif::ItemType::Pair ? 1 : place.item->loop.length();
}

size_t copy(const gemmi::GroupOps &group, CGemmiOperation *operations, size_t capacity) {
  size_t count = 0;
  for (const gemmi::Op &op : group) {
    if (count == capacity) return 0;
    CGemmiOperation &target = operations[count++];
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) target.rotation[3 * i + j] = op.rot[i][j];
      target.translation[i] = op.tran[i];
    }
  }
  return count;
}

}  // namespace

extern "C" {

CGemmiDocument *cgemmi_read(const char *bytes, size_t count, CGemmiError *error) {
  try {
    auto *result = new CGemmiDocument();
    try {
      result->document = gemmi::cif::read_memory(bytes, count, "CIF");
    } catch (...) {
      delete result;
      throw;
    }
    return result;
  } catch (const tao::pegtl::parse_error &e) {
    size_t line = e.positions().empty() ? 0 : e.positions().front().line;
    fill(error, line, std::string(e.message()).c_str());
  } catch (const std::exception &e) {
    fill(error, 0, e.what());
  } catch (...) {
    fill(error, 0, "unknown failure");
  }
  return nullptr;
}

void cgemmi_free(CGemmiDocument *document) { delete document; }

size_t cgemmi_block_count(const CGemmiDocument *document) { return document->document.blocks.size(); }

const char *cgemmi_block_name(const CGemmiDocument *document, size_t block) {
  const auto &blocks = document->document.blocks;
  return block < blocks.size() ? blocks[block].name.c_str() : "";
}

size_t cgemmi_values(
    const CGemmiDocument *document, size_t block, const char *tag, size_t *line, size_t *loop) {
  Place place = find(document, block, tag);
  if (place.item != nullptr) {
    if (line != nullptr) *line = place.item->line_number > 0 ? size_t(place.item->line_number) : 0;
    if (loop != nullptr) *loop = place.index;
  }
  return length(place);
}

const char *cgemmi_value(CGemmiDocument *document, size_t block, const char *tag, size_t row) {
  try {
    Place place = find(document, block, tag);
    if (row >= length(place)) return nullptr;
    const std::string &raw = place.item->type == gemmi::cif::ItemType::Pair
                                 ? place.item->pair[1]
                                 : place.item->loop.val(row, place.column);
    if (raw.empty() || gemmi::cif::is_null(raw)) return nullptr;
    document->value = gemmi::cif::as_string(raw);
    return document->value.c_str();
  } catch (...) {
    return nullptr;
  }
}

double cgemmi_number(const char *text) {
  try {
    return gemmi::cif::as_number(text);
  } catch (...) {
    return NAN;
  }
}

int cgemmi_operation(const char *triplet, CGemmiOperation *operation, CGemmiError *error) {
  try {
    gemmi::Op op = gemmi::parse_triplet(triplet);
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) operation->rotation[3 * i + j] = op.rot[i][j];
      operation->translation[i] = op.tran[i];
    }
    return 1;
  } catch (const std::exception &e) {
    fill(error, 0, e.what());
  } catch (...) {
    fill(error, 0, "unknown failure");
  }
  return 0;
}

size_t cgemmi_operations_of_name(
    const char *name, double alpha, double gamma, CGemmiOperation *operations, size_t capacity) {
  try {
    const gemmi::SpaceGroup *group = gemmi::find_spacegroup_by_name(name, alpha, gamma);
    return group == nullptr ? 0 : copy(group->operations(), operations, capacity);
  } catch (...) {
    return 0;
  }
}

size_t cgemmi_operations_of_hall(const char *hall, CGemmiOperation *operations, size_t capacity) {
  try {
    return copy(gemmi::symops_from_hall(hall), operations, capacity);
  } catch (...) {
    return 0;
  }
}

size_t cgemmi_operations_of_number(int number, CGemmiOperation *operations, size_t capacity) {
  try {
    return copy(gemmi::get_spacegroup_reference_setting(number).operations(), operations, capacity);
  } catch (...) {
    return 0;
  }
}

}  // extern "C"
