#include "sample_types.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

namespace {

std::size_t allocated = 0;  // calls of operator new; this program has one thread

}  // namespace

// NOLINTBEGIN: counting is what these are for
void* operator new(std::size_t size) {
    ++allocated;
    if (void* p = std::malloc(size == 0 ? 1 : size)) return p;
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
// NOLINTEND

TEST(allocation, a_short_event_needs_none) {
    constexpr std::string_view text =
        R"({"type":"message:token","thread_id":"thread_0001","message_id":"msg_00000001","token":"Hel","index":0})";
    corun::decode_error why;
    sample::token out;
    corun::decoder<sample::token> reused;
    ASSERT_TRUE(reused.whole(text, out));

    auto before = allocated;
    bool ok = reused.whole(text, out);
    EXPECT_EQ(allocated, before);
    EXPECT_TRUE(ok);
    EXPECT_EQ(out.token, "Hel");

    before = allocated;
    ok = corun::decode(text, out, why);
    EXPECT_EQ(allocated, before) << "without a decoder that is kept";
    EXPECT_TRUE(ok);

    reused.start(out);
    ok = reused.write_some(text.substr(0, 40)) && reused.write_some(text.substr(40)) && reused.finish();
    ASSERT_TRUE(ok);
    before = allocated;
    reused.start(out);
    ok = reused.write_some(text.substr(0, 40)) && reused.write_some(text.substr(40)) && reused.finish();
    EXPECT_EQ(allocated, before) << "in pieces";
    EXPECT_TRUE(ok);
}

TEST(allocation, grows_with_the_text_however_small_the_pieces) {
    std::string text = "[";
    while (text.size() < 200000) text += R"({"id":"a node with a name of some length","children":[]},)";
    text.back() = ']';
    corun::decoder<std::vector<sample::node>> pieces;
    std::vector<sample::node> out;
    auto const run = [&](std::size_t size) {
        pieces.start(out);
        auto const before = allocated;
        bool ok = true;
        for (std::size_t at = 0; ok && at < text.size(); at += size)
            ok = pieces.write_some(std::string_view(text).substr(at, size));
        EXPECT_TRUE(ok && pieces.finish()) << pieces.error().text();
        return allocated - before;
    };
    run(1);
    auto const in_one = run(text.size());
    EXPECT_LE(run(1), in_one + in_one / 4);
}
