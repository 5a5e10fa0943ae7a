#pragma once

// The tables of Deep Origin's types are in tables.cpp (wire/deeporigin §5, §8); this says that they exist.

#include "decode/decode.hpp"

#include <corun/deeporigin/types.hpp>

namespace corun {

#define CORUN_DEEPORIGIN_TYPES(_)                                                                                      \
    _(tool_ref)                                                                                                        \
    _(cluster) _(quotation) _(quotation_result) _(billing_item) _(billing_transaction) _(progress_node) _(execution)   \
        _(execution_list) _(execution_record) _(search_meta) _(search_result) _(tool_definition) _(cluster_list)       \
            _(function_definition) _(function_run)

#define CORUN_DEEPORIGIN_DECLARE(name) extern template value_type const& type_of<deeporigin::name>() noexcept;
CORUN_DEEPORIGIN_TYPES(CORUN_DEEPORIGIN_DECLARE)
#undef CORUN_DEEPORIGIN_DECLARE

}  // namespace corun
