#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/spec.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// What a credential has beside what it must have.
class credential_options : public spec<credential_options> {
public:
    credential_options() = default;

    credential_options& description(std::string_view text) { return put("description", text); }
    /// Default false.
    credential_options& is_default(bool on = true) { return put("is_default", on); }
    credential_options& schema_type(std::string_view type) { return put("schema_type", type); }
};

/// What to change of a credential; what is not named stays.
class credential_changes : public spec<credential_changes> {
public:
    credential_changes() = default;

    credential_changes& name(std::string_view text) { return put("name", text); }
    credential_changes& description(std::string_view text) { return put("description", text); }
    credential_changes& value(std::string_view secret) { return put("value", secret); }
    credential_changes& is_default(bool on) { return put("is_default", on); }
};

/// Keys to other services; their values never come back. Thread safety: as the client's.
class credentials {
public:
    explicit credentials(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /credentials.
    pager<credential, page<credential>> list(list_options const& options = {}, call_options const& how = {}) const;

    /// GET /credentials/{id}.
    call<credential> get(std::string_view id, call_options const& how = {}) const;

    /// POST /credentials. `type`: a provider or driver, "openai", "postgresql".
    call<credential> create(std::string_view name, std::string_view type, word<credential_category> category,
        std::string_view value, credential_options const& options = {}, call_options const& how = {}) const;

    /// PATCH /credentials/{id}.
    call<credential> update(std::string_view id, credential_changes const& changes, call_options const& how = {}) const;

    /// DELETE /credentials/{id}.
    call<void> remove(std::string_view id, call_options const& how = {}) const;

    /// POST /credentials/{id}/set-default.
    call<credential> set_default(std::string_view id, call_options const& how = {}) const;

    /// POST /credentials/{id}/check: a credential that does not work is no error.
    call<connection_check> check_connection(std::string_view id, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
