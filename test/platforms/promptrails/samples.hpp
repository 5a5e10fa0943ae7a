#pragma once

// The sample exchanges of wire/promptrails §14, their JSON unfolded.

#include <string_view>

namespace test {

struct sample {
    std::string_view request;  ///< first line, without the version
    std::string_view sent;     ///< body
    int status;
    std::string_view answer;
};

namespace samples {

inline constexpr sample second_page{"GET /api/v1/agents?page=2&limit=2&type=simple", R"()", 200,
    R"({"data":[{"id":"3BtriageAgent00000000000001","workspace_id":"3BworkspaceDemo000000000001","name":"Ticket triage","description":"Sorts incoming mail","type":"simple","status":"active","labels":["support"],"created_at":"2026-03-01T08:00:00.000Z","updated_at":"2026-03-02T08:00:00.000Z","current_version":{"id":"3BtriageAgentVer00000000001","agent_id":"3BtriageAgent00000000000001","version":"1.1.0","config":{"type":"simple","prompt_id":"3BtriagePrompt0000000000001","approval_required":false},"input_schema":{},"output_schema":null,"is_current":true,"message":"","created_at":"2026-03-02T08:00:00.000Z"}}],"meta":{"total":3,"page":2,"limit":2,"total_pages":2,"pages":2}})"};
inline constexpr sample create_prompt{"POST /api/v1/prompts",
    R"({"name":"Shortener","description":"Makes text short"})", 201,
    R"({"data":{"id":"3BshortenPrompt000000000001","workspace_id":"3BworkspaceDemo000000000001","name":"Shortener","description":"Makes text short","status":"active","created_at":"2026-03-05T10:00:00.000Z","updated_at":"2026-03-05T10:00:00.000Z"}})"};
inline constexpr sample create_prompt_version{"POST /api/v1/prompts/3BshortenPrompt000000000001/versions",
    R"({"user_prompt":"Shorten this: {{ text }}","system_prompt":"Answer in one line.","set_current":false,"temperature":0.5,"message":"first try"})",
    201,
    R"({"data":{"id":"3BshortenPromptVer000000001","prompt_id":"3BshortenPrompt000000000001","version":"v1","system_prompt":"Answer in one line.","user_prompt":"Shorten this: {{ text }}","llm_model_id":null,"fallback_llm_model_id":null,"temperature":0.5,"max_tokens":null,"top_p":null,"input_schema":{},"output_schema":null,"is_current":false,"config":{},"message":"first try","cache_timeout":0,"created_at":"2026-03-05T10:00:01.000Z"}})"};
inline constexpr sample create_chain_version{"POST /api/v1/agents/3BchainAgent000000000000001/versions",
    R"({"version":"1.0.0","set_current":true,"config":{"type":"chain","approval_required":false,"prompt_ids":[{"prompt_id":"3BdraftPrompt00000000000001","role":"draft","sort_order":0},{"prompt_id":"3BpolishPrompt0000000000001","role":"polish","sort_order":1}]}})",
    201,
    R"({"data":{"id":"3BchainAgentVer000000000001","agent_id":"3BchainAgent000000000000001","version":"1.0.0","config":{"type":"chain","approval_required":false,"prompt_ids":[{"prompt_id":"3BdraftPrompt00000000000001","role":"draft","sort_order":0},{"prompt_id":"3BpolishPrompt0000000000001","role":"polish","sort_order":1}]},"input_schema":{},"output_schema":null,"is_current":true,"message":"","created_at":"2026-03-05T10:05:00.000Z"}})"};
inline constexpr sample execute{"POST /api/v1/agents/3BtriageAgent00000000000001/execute",
    R"({"input":{"message":"My parcel is late"},"metadata":{"origin":"sample"}})", 201,
    R"({"data":{"id":"3BexecTriage000000000000001","execution_id":"3BexecTriage000000000000001","agent_id":"3BtriageAgent00000000000001","agent_version_id":"3BtriageAgentVer00000000001","workspace_id":"3BworkspaceDemo000000000001","user_id":null,"session_id":"3BsessionAuto00000000000001","status":"completed","input":{"message":"My parcel is late"},"output":{"content":"category: delivery","type":"text"},"error":"","metadata":{"origin":"sample"},"token_usage":{"prompt_tokens":150,"completion_tokens":80,"total_tokens":230},"cost":0.0023,"duration_ms":250,"trace_id":"5f1c0d9a7b3e4c2f8a6d1e0b9c7f3a21","started_at":"2026-03-05T10:06:00.000Z","completed_at":"2026-03-05T10:06:00.250Z","created_at":"2026-03-05T10:06:00.000Z"}})"};
inline constexpr sample unknown_agent{"POST /api/v1/agents/invalid-id/execute", R"({"input":{}})", 404,
    R"({"error":{"code":"not_found","message":"agent not found"}})"};
inline constexpr sample rate_limit{"GET /api/v1/executions?page=1&limit=20", R"()", 429,
    R"({"error":{"code":"rate_limited","message":"too many requests"}})"};
inline constexpr sample create_session{"POST /api/v1/chat/sessions", R"({"agent_id":"3BchatAgent0000000000000001"})",
    201,
    R"({"data":{"id":"3BchatSession00000000000001","workspace_id":"3BworkspaceDemo000000000001","agent_id":"3BchatAgent0000000000000001","user_id":null,"title":"","metadata":{},"created_at":"2026-03-05T10:10:00.000Z","updated_at":"2026-03-05T10:10:00.000Z"}})"};
inline constexpr sample send_message{"POST /api/v1/chat/sessions/3BchatSession00000000000001/messages",
    R"({"content":"Hello"})", 201,
    R"({"data":{"id":"3BchatReply0000000000000001","session_id":"3BchatSession00000000000001","role":"assistant","content":"Hi, how can I help?","metadata":{"execution_id":"3BexecChat00000000000000001"},"model":"demo-model","cost":0.0016,"token_count":160,"prompt_tokens":100,"completion_tokens":60,"created_at":"2026-03-05T10:10:01.200Z","user_message":{"id":"3BchatUserMsg00000000000001","session_id":"3BchatSession00000000000001","role":"user","content":"Hello","metadata":{},"token_count":null,"created_at":"2026-03-05T10:10:01.000Z"},"assistant_message":{"id":"3BchatReply0000000000000001","session_id":"3BchatSession00000000000001","role":"assistant","content":"Hi, how can I help?","metadata":{"execution_id":"3BexecChat00000000000000001"},"model":"demo-model","cost":0.0016,"token_count":160,"prompt_tokens":100,"completion_tokens":60,"created_at":"2026-03-05T10:10:01.200Z"},"execution_id":"3BexecChat00000000000000001"}})"};
inline constexpr sample search_memories{"POST /api/v1/agents/3BchatAgent0000000000000001/memories/search",
    R"({"query":"refund","limit":5})", 200,
    R"({"data":[{"id":"3BmemoryRefund0000000000001","workspace_id":"3BworkspaceDemo000000000001","agent_id":"3BchatAgent0000000000000001","content":"Refunds take five working days","memory_type":"fact","importance":0.8,"access_count":3,"last_accessed_at":"2026-03-05T10:12:00.000Z","chat_session_id":null,"created_at":"2026-02-01T09:00:00.000Z","updated_at":"2026-03-05T10:12:00.000Z"}]})"};
inline constexpr sample create_score{"POST /api/v1/scores",
    R"({"trace_id":"5f1c0d9a7b3e4c2f8a6d1e0b9c7f3a21","name":"helpfulness","data_type":"numeric","source":"manual","value":3.5})",
    201,
    R"({"data":{"id":"3BscoreHelpful0000000000001","workspace_id":"3BworkspaceDemo000000000001","trace_id":"5f1c0d9a7b3e4c2f8a6d1e0b9c7f3a21","name":"helpfulness","value":3.5,"data_type":"numeric","source":"manual","created_at":"2026-03-05T10:15:00.000Z","updated_at":"2026-03-05T10:15:00.000Z"}})"};
inline constexpr sample decide{"POST /api/v1/approvals/3BapprovalReview00000000001/decide",
    R"({"decision":"approved","reason":"fine by me"})", 200,
    R"({"data":{"id":"3BapprovalReview00000000001","execution_id":"3BexecReview000000000000001","agent_id":"3BreviewAgent00000000000001","workspace_id":"3BworkspaceDemo000000000001","checkpoint_name":"review","payload":{},"status":"approved","decided_by":"local-user","decided_at":"2026-03-05T10:20:00.000Z","expires_at":null,"reason":"fine by me","created_at":"2026-03-05T10:18:00.000Z"}})"};
inline constexpr sample a2a_send{"POST /a2a/agents/3BtriageAgent00000000000001",
    R"({"jsonrpc":"2.0","method":"message/send","id":1,"params":{"message":{"role":"user","parts":[{"type":"text","text":"Sort this"}]},"context_id":"ctx-7","configuration":{"blocking":false}}})",
    200,
    R"({"jsonrpc":"2.0","id":1,"result":{"id":"3Ba2aTask00000000000000001A","context_id":"ctx-7","status":{"state":"working","message":"","timestamp":"2026-03-05T10:25:00.000Z"},"messages":[{"role":"user","parts":[{"type":"text","text":"Sort this"}],"created_at":"2026-03-05T10:25:00.000Z"}],"artifacts":[],"metadata":{},"created_at":"2026-03-05T10:25:00.000Z","updated_at":"2026-03-05T10:25:00.000Z"}})"};
inline constexpr sample a2a_unknown_task{"POST /a2a/tasks/get",
    R"({"jsonrpc":"2.0","method":"tasks/get","params":{"id":"nope"},"id":1})", 200,
    R"({"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"task not found"}})"};
inline constexpr sample create_trigger{"POST /api/v1/webhook-triggers",
    R"({"name":"crm","agent_id":"3BtriageAgent00000000000001","generate_secret":false})", 201,
    R"({"data":{"id":"3BtriggerCrm000000000000001","workspace_id":"3BworkspaceDemo000000000001","agent_id":"3BtriageAgent00000000000001","name":"crm","token":"7Qm2x9LhT4vKd81RzBnWc6YpFs0","token_prefix":"7Qm2x9Lh","is_active":true,"has_secret":false,"last_used_at":null,"created_at":"2026-03-05T10:30:00.000Z","updated_at":"2026-03-05T10:30:00.000Z"}})"};
inline constexpr sample delete_trigger{
    "DELETE /api/v1/webhook-triggers/3BtriggerCrm000000000000001", R"()", 204, R"()"};

}  // namespace samples

}  // namespace test
