#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// Which models to list; what is empty does not filter.
struct model_list_options {
    int page = 1;
    int limit = 20;
    std::string_view provider{};
};

/// The models that prompts can be run on. Thread safety: as the client's.
class llm_models {
public:
    explicit llm_models(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /llm-models, by display name.
    pager<llm_model, page<llm_model>> list(model_list_options const& options = {}, call_options const& how = {}) const;

    /// GET /llm-models/available: those for which there is a credential, by provider.
    call<std::vector<available_model_group>> list_available(call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
