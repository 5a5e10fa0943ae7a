#include <corun/flowmaestro/webhook_signature.hpp>

#include <gtest/gtest.h>

namespace {

namespace fm = corun::flowmaestro;
using fm::webhook_problem;

// The vectors of wire/flowmaestro §6.4.
std::string const secret = "whsec_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
std::string const ping = R"({"id":"test_1772442907250","event":"test","created_at":"2026-03-02T09:15:07.250Z","data":{"message":"ping","webhook_id":"b7b8f7a4-93a4-4a0e-8b0f-64c6b7a0c3d2"}})";
std::string const completed =
    R"({"id":"5b0f5a0e-6a4a-4b58-9a52-0f7a6f0f9a11","event":"execution.completed","created_at":"2026-03-02T09:15:07.250Z","data":{"execution_id":"7d0c7a52-4f0e-4a3c-8f53-2f1f6d0a9b10","workflow_id":"0c9f6c1e-1c55-4f6c-9d52-8a8f2f4b7c01","workflow_name":"Invoice intake","status":"completed","started_at":"2026-03-02T09:15:01.004Z","completed_at":"2026-03-02T09:15:07.201Z","outputs":{"total":42.5}}})";
auto const then = std::chrono::sys_days(std::chrono::year(2026) / 3 / 2) + std::chrono::hours(9) + std::chrono::minutes(15);

TEST(webhook_signature, vectors) {
    EXPECT_EQ(fm::sign_webhook("{}", secret), "v1=f615f334c6e97b3c2d29a62fcfe0b42dae17b995e87ba3befa50e65cd0cb4c23");
    EXPECT_EQ(fm::sign_webhook("{\"q\":\"\xC3\xA9\"}", secret), "v1=79f47730dc0cb7fa983b73091395c5f0d3a6d07d09377346279368c5a6951cfb");
    EXPECT_EQ(fm::sign_webhook("", secret), "v1=1a8fcd2631d4b16e98eb86f3734fcc736f2b135ba76a0b6e48c30a53b32113d6");
    EXPECT_EQ(ping.size(), 160u);
    EXPECT_EQ(fm::sign_webhook(ping, secret), "v1=4a76b45e8e3d04382437eec3926cc4e7120a6c0c655f8b02fb2927677060721f");
    EXPECT_EQ(completed.size(), 392u);
    EXPECT_EQ(fm::sign_webhook(completed, secret), "v1=88715714bcd4273277ad4e3241d93bd71ae2489738746994a079e8baeccadb1c");
    EXPECT_NE(fm::sign_webhook("{}", secret.substr(6)), fm::sign_webhook("{}", secret));
    // RFC 4231, case 2.
    EXPECT_EQ(fm::sign_webhook("what do ya want for nothing?", "Jefe"), "v1=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(webhook_signature, verifies_one_body) {
    auto const good = fm::sign_webhook("{}", secret);
    EXPECT_TRUE(fm::verify_webhook_signature("{}", good, secret));
    EXPECT_FALSE(fm::verify_webhook_signature("{ }", good, secret));
    EXPECT_FALSE(fm::verify_webhook_signature("{}", good, "other"));
    EXPECT_FALSE(fm::verify_webhook_signature("{}", good, ""));
    EXPECT_FALSE(fm::verify_webhook_signature("{}", "", secret));
    EXPECT_FALSE(fm::verify_webhook_signature("{}", good.substr(3), secret));
    EXPECT_FALSE(fm::verify_webhook_signature("{}", "v2=" + good.substr(3), secret));
    EXPECT_FALSE(fm::verify_webhook_signature("{}", good + "0", secret));
    EXPECT_FALSE(fm::verify_webhook_signature("{}", good.substr(0, good.size() - 1), secret));
    EXPECT_FALSE(fm::verify_webhook_signature("{}", "v1=" + std::string(64, 'g'), secret));
}

corun::header_list signed_with(std::string const& body, std::string const& key) {
    corun::header_list headers;
    headers.add("x-flowmaestro-signature", fm::sign_webhook(body, key)).add("X-FlowMaestro-Delivery-ID", "17");
    return headers;
}

TEST(webhook_verifier, gives_the_typed_event) {
    auto const event = fm::webhook_verifier(secret).verify(completed, signed_with(completed, secret), then);
    EXPECT_EQ(event.event, "execution.completed");
    EXPECT_EQ(event.delivery_id, "17");
    auto const* run = std::get_if<fm::webhook_execution>(&event.payload);
    ASSERT_NE(run, nullptr);
    EXPECT_EQ(run->workflow_name, "Invoice intake");
    EXPECT_EQ(run->outputs.at("total"), 42.5);
}

TEST(webhook_verifier, problems) {
    fm::webhook_verifier const verifier(secret);
    fm::webhook_event out;
    auto const check = [&](std::string const& body, corun::header_list const& headers, std::chrono::system_clock::time_point now) {
        return verifier.check(body, headers, now, out);
    };
    EXPECT_EQ(check(ping, signed_with(ping, secret), then), webhook_problem::none);
    EXPECT_EQ(check(ping, {}, then), webhook_problem::no_signature);
    auto twice = signed_with(ping, secret);
    twice.add("X-FlowMaestro-Signature", "v1=x");
    EXPECT_EQ(check(ping, twice, then), webhook_problem::several_signatures);
    corun::header_list odd;
    odd.add("X-FlowMaestro-Signature", "v1=abc");
    EXPECT_EQ(check(ping, odd, then), webhook_problem::malformed_signature);
    EXPECT_EQ(check(ping, signed_with(ping, "other"), then), webhook_problem::wrong_signature);
    EXPECT_EQ(check("[]", signed_with("[]", secret), then), webhook_problem::malformed_body);
    EXPECT_EQ(check(ping, signed_with(ping, secret), then + std::chrono::hours(2)), webhook_problem::too_old);
    EXPECT_EQ(check(ping, signed_with(ping, secret), then - std::chrono::hours(2)), webhook_problem::too_new);
    EXPECT_THROW(verifier.verify(ping, {}, then), corun::authentication_error);
    EXPECT_THROW(verifier.verify("[]", signed_with("[]", secret), then), corun::protocol_error);
}

TEST(webhook_verifier, age_can_be_changed_and_secrets_rotated) {
    fm::webhook_verifier verifier(secret);
    verifier.also_accept("old").max_age(std::chrono::milliseconds(0));
    EXPECT_NO_THROW(verifier.verify(ping, signed_with(ping, "old"), then + std::chrono::hours(9999)));
    EXPECT_NO_THROW(verifier.verify(ping, signed_with(ping, secret), then));
    EXPECT_THROW(fm::webhook_verifier(""), corun::validation_error);
    EXPECT_THROW(verifier.also_accept(""), corun::validation_error);
}

}  // namespace
