#pragma once

#include <corun/json.hpp>
#include <corun/promptrails/types.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corun::promptrails {

/// A JSON body that is put together member by member; what is not named is not sent.
template <class Derived>
class spec {
public:
    json::object const& body() const noexcept { return body_; }
    /// What is wrong with it; empty where nothing is.
    std::string const& problem() const noexcept { return problem_; }

protected:
    spec() = default;

    template <class V>
    Derived& put(std::string_view name, V&& value) {
        detail::put(body_, name, std::forward<V>(value));
        return static_cast<Derived&>(*this);
    }
    /// An empty text is as good as none (wire/promptrails §0).
    Derived& put_filled(std::string_view name, std::string_view text) {
        return text.empty() ? static_cast<Derived&>(*this) : put(name, text);
    }
    template <class E>
    Derived& put_word(std::string_view name, word<E> value) {
        if (!value.known()) refuse(name, value.text());
        return put(name, value.text());
    }
    void refuse(std::string_view name, std::string_view text) {
        if (problem_.empty())
            problem_ = std::string(name) + " has no value " + '"' + std::string(text.substr(0, 100)) + '"';
    }

    json::object body_;
    std::string problem_;
};

}  // namespace corun::promptrails
