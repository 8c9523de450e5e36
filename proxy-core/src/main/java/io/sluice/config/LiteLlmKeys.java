package io.sluice.config;

import static io.sluice.config.KeyType.ALIAS_MAP;
import static io.sluice.config.KeyType.ANY;
import static io.sluice.config.KeyType.BOOLEAN;
import static io.sluice.config.KeyType.BUDGET_MAP;
import static io.sluice.config.KeyType.DECIMAL;
import static io.sluice.config.KeyType.FALLBACKS;
import static io.sluice.config.KeyType.INTEGER;
import static io.sluice.config.KeyType.POLICY_MAP;
import static io.sluice.config.KeyType.PRICE_MAP;
import static io.sluice.config.KeyType.SECONDS;
import static io.sluice.config.KeyType.SECRET;
import static io.sluice.config.KeyType.SECRET_MAP;
import static io.sluice.config.KeyType.SECTION;
import static io.sluice.config.KeyType.SECTION_LIST;
import static io.sluice.config.KeyType.STRING;
import static io.sluice.config.KeyType.STRING_LIST;
import static io.sluice.config.KeyType.STRING_MAP;

import java.util.List;
import java.util.stream.Stream;

/** The keys of LiteLLM's proxy configuration. */
final class LiteLlmKeys {

    private static final String TOP =
            """
            pass_through_endpoints callback_settings assistant_settings mcp_servers \
            search_tools files_settings finetune_settings prompts \
            vector_store_registry discord_webhook_url ratelimit_alert_threshold agent_list \
            mcp_tools worker_registry\
            """;

    private static final String PARAMS =
            """
            mock_response mock_timeout \
            default_api_key_tpm_limit default_api_key_rpm_limit \
            auto_router_config auto_router_config_path auto_router_default_model \
            auto_router_embedding_model aws_* vertex_* watsonx_* azure_username azure_password \
            max_file_size_mb use_in_pass_through use_litellm_proxy \
            merge_reasoning_content_in_choices guardrails initial_prompt_value roles \
            final_prompt_value bos_token eos_token max_new_tokens instruction keep_alive \
            temperature top_p top_k max_tokens max_completion_tokens stop seed thinking \
            reasoning_effort extra_body safety_settings repetition_penalty vector_store_ids \
            presence_penalty frequency_penalty user headers cache_control_injection_points\
            """;

    private static final String MODEL_INFO =
            """
            supports_* \
            disable_background_health_check \
            health_check_timeout health_check_model description team_id tier\
            """;

    private static final String LITELLM_SETTINGS =
            """
            callbacks success_callback failure_callback service_callbacks service_callback \
            turn_off_message_logging redact_user_api_key_info langfuse_default_tags \
            cache cache_params enable_redis_auth_cache json_logs \
            set_verbose verbose log_level force_ipv4 cost_discount_config cost_margin_config \
            key_generation_settings upperbound_key_generate_params default_key_generate_params \
            default_team_settings default_team_params default_internal_user_params \
            max_internal_user_budget internal_user_budget_duration \
            default_max_internal_user_budget custom_provider_map callback_configs mcp_aliases \
            enable_preview_features disable_end_user_cost_tracking \
            disable_end_user_cost_tracking_prometheus_only \
            disable_add_transform_inline_image_block \
            use_chat_completions_url_for_anthropic_messages route_all_chat_openai_to_responses \
            skip_system_message_in_guardrail \
            disable_hf_tokenizer_download enable_json_schema_validation \
            enable_key_alias_format_validation disable_copilot_system_to_assistant \
            default_redis_ttl telemetry guardrails \
            model_group_settings add_user_information_to_llm_headers azure_content_safety_params \
            custom_prometheus_metadata_labels custom_prometheus_tags s3_callback_params \
            include_cost_in_streaming_usage store_audit_logs\
            """;

    private static final String GENERAL_SETTINGS =
            """
            database_connection_pool_limit database_connection_timeout \
            database_connection_pool_timeout allow_requests_on_db_unavailable custom_auth \
            auth_header_name litellm_key_header_name user_header_name user_header_mappings \
            max_parallel_requests max_request_size_mb \
            max_response_size_mb disable_retry_on_max_parallel_request_limit_error \
            token_rate_limit_type background_health_checks health_check_interval \
            health_check_details health_check_concurrency health_check_staleness_threshold \
            health_check_ignore_transient_errors enable_health_check_routing \
            use_shared_health_check disable_spend_logs disable_spend_updates disable_error_logs \
            store_prompts_in_spend_logs store_audit_logs store_model_in_db supported_db_objects \
            disable_reset_budget disable_master_key_return disable_adding_master_key_hash_to_db \
            disable_responses_id_security maximum_spend_logs_retention_period \
            maximum_spend_logs_retention_interval maximum_spend_logs_cleanup_cron \
            proxy_budget_rescheduler_min_time proxy_budget_rescheduler_max_time \
            proxy_batch_write_at proxy_batch_polling_interval use_redis_transaction_buffer \
            alerting alerting_threshold alert_types alert_to_webhook_url alerting_args \
            alert_type_config spend_report_frequency management_webhook_url enable_jwt_auth \
            litellm_jwtauth tianji_jwtauth enforce_rbac role_permissions allowed_routes \
            admin_only_routes public_routes allowed_ips use_x_forwarded_for enable_oauth2_auth \
            enable_oauth2_proxy_auth oauth2_config_mappings enforce_user_param enforced_params \
            reject_clientside_metadata_tags service_account_settings user_api_key_cache_ttl \
            allow_user_auth allow_client_side_credentials custom_key_generate custom_sso \
            custom_ui_sso_sign_in_handler custom_auth_run_common_checks default_team_disabled \
            ui_access_mode auto_redirect_ui_login_to_sso pass_through_endpoints \
            use_client_credentials_pass_through_routes forward_client_headers_to_llm_api \
            forward_llm_provider_auth_headers forward_openai_org_id infer_model_from_keys \
            completion_model embedding_model image_generation_model moderation_model \
            always_include_stream_usage key_management_system key_management_settings \
            use_google_kms use_azure_key_vault secret_manager prompt_management \
            disable_prisma_schema_update litellm_license control_plane_url search_tools mcp_* \
            user_mcp_management_mode sso_* role_mapping telemetry \
            merge_reasoning_content_in_choices\
            """;

    private static final String ROUTER_SETTINGS =
            """
            default_priority \
            polling_interval cache_responses cache_kwargs cache_params \
            caching_groups client_ttl debug_level set_verbose alerting_config assistants_config \
            router_general_settings deployment_affinity_ttl_seconds model_group_affinity_config \
            ignore_invalid_deployments search_tools guardrail_list enable_health_check_routing \
            health_check_staleness_threshold health_check_ignore_transient_errors\
            """;

    private static final String PRICES =
            """
            input_cost_per_token output_cost_per_token input_cost_per_second \
            output_cost_per_second cache_read_input_token_cost cache_creation_input_token_cost \
            cache_creation_input_token_cost_above_1hr output_cost_per_reasoning_token \
            input_cost_per_audio_token output_cost_per_audio_token input_cost_per_image \
            output_cost_per_image input_cost_per_image_token output_cost_per_image_token \
            input_cost_per_character output_cost_per_character input_cost_per_pixel \
            output_cost_per_pixel input_cost_per_query input_cost_per_request ocr_cost_per_page \
            input_cost_per_token_above_128k_tokens output_cost_per_token_above_128k_tokens \
            cache_read_input_token_cost_above_128k_tokens \
            cache_creation_input_token_cost_above_128k_tokens \
            input_cost_per_token_above_200k_tokens output_cost_per_token_above_200k_tokens \
            cache_read_input_token_cost_above_200k_tokens \
            cache_creation_input_token_cost_above_200k_tokens \
            input_cost_per_token_above_272k_tokens output_cost_per_token_above_272k_tokens \
            cache_read_input_token_cost_above_272k_tokens \
            cache_creation_input_token_cost_above_272k_tokens input_cost_per_token_priority \
            output_cost_per_token_priority cache_read_input_token_cost_priority \
            input_cost_per_token_flex output_cost_per_token_flex cache_read_input_token_cost_flex \
            input_cost_per_token_batches output_cost_per_token_batches\
            """;

    /** What one unit costs, in dollars. */
    static final List<String> PRICE_FIELDS = List.of(PRICES.split("\\s+"));

    private LiteLlmKeys() {}

    static Stream<KeySpec> all() {
        return Stream.of(
                        sections(),
                        SluiceKeys.allowance("model_list[]"),
                        RoutingKeys.liteLlm(),
                        target("model_list[].litellm_params."),
                        target("credential_list[].credential_values."),
                        target("default_litellm_params."),
                        target("router_settings.default_litellm_params."),
                        named("model_list[].litellm_params.", PARAMS),
                        named("credential_list[].credential_values.", "aws_* vertex_* watsonx_*"),
                        named("default_litellm_params.", PARAMS),
                        named("router_settings.default_litellm_params.", PARAMS),
                        named("model_list[].model_info.", MODEL_INFO),
                        prices("model_list[].litellm_params."),
                        prices("model_list[].model_info."),
                        prices("default_litellm_params."),
                        prices("router_settings.default_litellm_params."),
                        named("", TOP),
                        named("litellm_settings.", LITELLM_SETTINGS),
                        named("general_settings.", GENERAL_SETTINGS),
                        named("router_settings.", ROUTER_SETTINGS))
                .flatMap(keys -> keys);
    }

    private static Stream<KeySpec> sections() {
        return Stream.of(
                used("model_list", SECTION_LIST, "[]", "targets; those of one name form a group"),
                used("model_list[].model_name", STRING, "null", "the name that callers use"),
                used("model_list[].litellm_params", SECTION, "{}", "how the target is reached"),
                used("model_list[].model_info", SECTION, "{}", "what is known of the model"),
                used(
                        "model_list[].model_info.mode",
                        STRING,
                        "null",
                        "responses where the model is served as responses alone"),
                used(
                        "model_list[].model_info.access_groups",
                        STRING_LIST,
                        "[]",
                        "names under which keys may be allowed this model"),
                used(
                        "model_list[].model_info.base_model",
                        STRING,
                        "null",
                        "what price lists call the model, before litellm_params.base_model"),
                used(
                        "custom_pricing",
                        PRICE_MAP,
                        "{}",
                        "from a model to its price fields, before prices.file"),
                used(
                        "model_list[].access_groups",
                        STRING_LIST,
                        "[]",
                        "the same as model_info.access_groups"),
                used("credential_list", SECTION_LIST, "[]", "parameters that targets share"),
                used("credential_list[].credential_name", STRING, "null", "what targets call it"),
                used("credential_list[].credential_values", SECTION, "{}", "the parameters"),
                KeySpec.accepted("credential_list[].credential_info", ANY, "null", ""),
                used("environment_variables", SECRET_MAP, "{}", "defaults for references"),
                used("include", STRING_LIST, "[]", "files to read as well; relative to this one"),
                used("default_litellm_params", SECTION, "{}", "parameters of every target"),
                used("general_settings", SECTION, "{}", "the gateway as a whole"),
                used("general_settings.master_key", SECRET, "null", "the administrator's key"),
                used(
                        "general_settings.salt_key",
                        SECRET,
                        "null",
                        "secret of stored digests and sealed credentials"),
                used(
                        "general_settings.encryption_key",
                        SECRET,
                        "null",
                        "seals credentials; the Base64 of 32 bytes"),
                used("general_settings.port", INTEGER, "null", "the data port; listen.port wins")
                        .between(0, 65_535),
                used("general_settings.database_url", SECRET, "null", "the same as database.url"),
                used(
                                "general_settings.global_max_parallel_requests",
                                INTEGER,
                                "null",
                                "the same as limits.parallel")
                        .atLeast(0),
                used("litellm_settings", SECTION, "{}", "defaults for all calls"),
                used(
                                "litellm_settings.max_budget",
                                DECIMAL,
                                "null",
                                "dollars that all calls may cost; budget wins")
                        .atLeast(0),
                used(
                        "litellm_settings.budget_duration",
                        STRING,
                        "null",
                        "what max_budget is for, such as 30d; null is for ever"),
                used(
                        "litellm_settings.tag_budget_config",
                        BUDGET_MAP,
                        "{}",
                        "from a tag to {max_budget, budget_duration}; accounts.tags wins"),
                used(
                                "litellm_settings.max_end_user_budget",
                                DECIMAL,
                                "null",
                                "dollars that each end-user may cost; accounts.end_user wins")
                        .atLeast(0),
                used(
                        "litellm_settings.max_end_user_budget_id",
                        STRING,
                        "null",
                        "a stored budget for each end-user without one"),
                used("litellm_settings.database_url", SECRET, "null", "the same as database.url"),
                used("litellm_settings.num_retries", INTEGER, "null", "see router_settings")
                        .between(0, 100),
                used(
                        "litellm_settings.request_timeout",
                        SECONDS,
                        "null",
                        "see router_settings.timeout"),
                used(
                        "litellm_settings.drop_params",
                        BOOLEAN,
                        "false",
                        "for targets that say nothing of it"),
                used(
                        "litellm_settings.modify_params",
                        BOOLEAN,
                        "false",
                        "for targets that say nothing of it"),
                used(
                        "litellm_settings.ssl_verify",
                        STRING,
                        "null",
                        "a path is the same as upstream.trusted_certificates; false has no effect"),
                used(
                        "litellm_settings.enable_azure_ad_token_refresh",
                        BOOLEAN,
                        "false",
                        "whether azure targets without a key use an identity, without a warning"),
                used(
                        "litellm_settings.fallbacks",
                        FALLBACKS,
                        "[]",
                        "the same; router_settings wins"),
                used(
                        "litellm_settings.context_window_fallbacks",
                        FALLBACKS,
                        "[]",
                        "the same; router_settings wins"),
                used(
                        "litellm_settings.content_policy_fallbacks",
                        FALLBACKS,
                        "[]",
                        "the same; router_settings wins"),
                used(
                        "litellm_settings.default_fallbacks",
                        STRING_LIST,
                        "[]",
                        "the same; router_settings wins"),
                used("router_settings", SECTION, "{}", "how calls are spread and tried again"),
                used("router_settings.num_retries", INTEGER, "2", "attempts after the first")
                        .between(0, 100),
                used("router_settings.max_retries", INTEGER, "null", "the same as num_retries")
                        .between(0, 100),
                used("router_settings.timeout", SECONDS, "null", "bounds a plain call"),
                used(
                        "router_settings.stream_timeout",
                        SECONDS,
                        "null",
                        "bounds the wait for a stream's first byte"),
                used(
                        "router_settings.retry_after",
                        SECONDS,
                        "0",
                        "the least wait before the same target is tried again"),
                used(
                        "router_settings.fallbacks",
                        FALLBACKS,
                        "[]",
                        "which models are asked when all targets of one fail; * is every other"),
                used(
                        "router_settings.context_window_fallbacks",
                        FALLBACKS,
                        "[]",
                        "the same where the request is too long"),
                used(
                        "router_settings.content_policy_fallbacks",
                        FALLBACKS,
                        "[]",
                        "the same where the content is refused"),
                used(
                        "router_settings.default_fallbacks",
                        STRING_LIST,
                        "[]",
                        "asked for models without fallbacks of their own"),
                used(
                                "router_settings.max_fallbacks",
                                INTEGER,
                                "5",
                                "the most models that are asked in the place of one")
                        .between(0, 20),
                used(
                        "router_settings.retry_policy",
                        STRING_MAP,
                        "{}",
                        "attempts after the first by what failed, such as TimeoutErrorRetries"),
                used(
                        "router_settings.model_group_retry_policy",
                        POLICY_MAP,
                        "{}",
                        "the same for single models"),
                used("router_settings.redis_host", STRING, "null", "with redis_port, as redis.url"),
                used("router_settings.redis_port", INTEGER, "6379", "with redis_host")
                        .between(1, 65_535),
                used("router_settings.redis_db", INTEGER, "null", "with redis_host")
                        .between(0, 1_000_000),
                used("router_settings.redis_password", SECRET, "null", "as redis.password"),
                used("router_settings.redis_url", SECRET, "null", "as redis.url"),
                used(
                        "router_settings.model_group_alias",
                        ALIAS_MAP,
                        "{}",
                        "other names for models, or {model: NAME, hidden: true}"),
                used(
                        "router_settings.provider_budget_config",
                        BUDGET_MAP,
                        "{}",
                        "from a provider to {budget_limit, time_period}; accounts.providers wins"),
                used(
                                "router_settings.default_max_parallel_requests",
                                INTEGER,
                                "null",
                                "max_parallel_requests of targets that say nothing")
                        .atLeast(0),
                used(
                        "router_settings.default_litellm_params",
                        SECTION,
                        "{}",
                        "parameters of every target"));
    }

    private static Stream<KeySpec> target(String path) {
        return Stream.of(
                used(path + "model", STRING, "null", "provider/name; openai without a provider"),
                used(
                        path + "custom_llm_provider",
                        STRING,
                        "null",
                        "the provider, apart from model"),
                used(path + "api_base", STRING, "null", "base URL over the provider's own"),
                used(path + "base_url", STRING, "null", "the same as api_base"),
                used(path + "api_key", SECRET, "null", "the provider's key"),
                used(path + "api_version", STRING, "null", "for Azure"),
                used(path + "organization", STRING, "null", "for OpenAI"),
                used(path + "tenant_id", STRING, "null", "Microsoft Entra ID instead of a key"),
                used(path + "client_id", STRING, "null", "with tenant_id"),
                used(path + "client_secret", SECRET, "null", "with tenant_id"),
                used(path + "azure_ad_token", SECRET, "null", "a token made elsewhere"),
                used(path + "azure_scope", STRING, "null", "what the token is for"),
                used(path + "aws_access_key_id", STRING, "null", "for AWS, with its secret"),
                used(path + "aws_secret_access_key", SECRET, "null", "for AWS"),
                used(path + "aws_session_token", SECRET, "null", "for AWS, with keys of a role"),
                used(path + "aws_region_name", STRING, "null", "else AWS_REGION, us-east-1"),
                used(path + "aws_profile_name", STRING, "null", "of the shared credentials file"),
                used(path + "aws_role_name", STRING, "null", "ARN of a role to take on"),
                used(path + "aws_session_name", STRING, "null", "names the session of that role"),
                used(path + "aws_external_id", STRING, "null", "what that role asks for"),
                used(
                        path + "aws_web_identity_token",
                        STRING,
                        "null",
                        "file with a token for that role"),
                used(
                        path + "aws_bedrock_runtime_endpoint",
                        STRING,
                        "null",
                        "base URL of Bedrock over the region's"),
                used(path + "aws_sts_endpoint", STRING, "null", "base URL of the token service"),
                used(path + "vertex_project", STRING, "null", "else VERTEX_PROJECT"),
                used(path + "vertex_location", STRING, "null", "else VERTEX_LOCATION, us-central1"),
                used(
                        path + "vertex_credentials",
                        SECRET,
                        "null",
                        "service account, as JSON or as a file of it"),
                used(path + "project_id", STRING, "null", "for watsonx"),
                used(path + "space_id", STRING, "null", "for watsonx"),
                used(path + "rpm", INTEGER, "null", "requests per minute; a weight as well"),
                used(path + "tpm", INTEGER, "null", "tokens per minute"),
                used(path + "max_parallel_requests", INTEGER, "null", "calls at the same time"),
                used(path + "max_budget", DECIMAL, "null", "dollars it may cost"),
                used(
                        path + "budget_duration",
                        STRING,
                        "null",
                        "what max_budget is for, such as 30d"),
                used(path + "timeout", SECONDS, "null", "bounds a plain call"),
                used(path + "stream_timeout", SECONDS, "null", "bounds a stream's first byte"),
                used(path + "max_retries", INTEGER, "null", "attempts after the first")
                        .between(0, 100),
                used(path + "num_retries", INTEGER, "null", "the same as max_retries")
                        .between(0, 100),
                used(path + "weight", DECIMAL, "null", "share of its group's calls"),
                used(path + "extra_headers", SECRET_MAP, "{}", "headers for the provider"),
                used(path + "litellm_credential_name", STRING, "null", "one of credential_list"),
                used(path + "base_model", STRING, "null", "what price lists call the model"),
                used(
                        path + "drop_params",
                        BOOLEAN,
                        "null",
                        "leaves out what has no place in a target's dialect"),
                used(
                        path + "additional_drop_params",
                        STRING_LIST,
                        "[]",
                        "fields left out of every call"),
                used(
                        path + "modify_params",
                        BOOLEAN,
                        "null",
                        "puts right what a target of another dialect would refuse"),
                used(
                        path + "allowed_openai_params",
                        STRING_LIST,
                        "[]",
                        "fields sent on where a target's dialect has no place for them"),
                used(
                        path + "think_tags",
                        BOOLEAN,
                        "false",
                        "thoughts stand in <think> tags in the text of chat completions"),
                SluiceKeys.onDisconnect(path + "on_disconnect", "null"));
    }

    private static Stream<KeySpec> named(String path, String names) {
        return Stream.of(names.split("\\s+"))
                .map(name -> KeySpec.accepted(path + name, ANY, "null", ""));
    }

    private static Stream<KeySpec> prices(String path) {
        return PRICE_FIELDS.stream().map(field -> KeySpec.used(path + field, DECIMAL, "null", ""));
    }

    private static KeySpec used(String path, KeyType type, String fallback, String doc) {
        return KeySpec.used(path, type, fallback, doc);
    }
}
