package io.sluice.bench.jmh;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.bench.canned.CannedSpec;
import io.sluice.bench.load.Bodies;
import io.sluice.bench.load.Profile;
import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the hot paths meet in use. */
final class Samples {

    static final String KEY = "sk-caller-500-0123456789abcdef0123456789abcdef";

    /** A streamed event of 200 bytes. */
    static final String EVENT =
            "data: {\"id\":\"chatcmpl-0123456789abcdef\",\"object\":\"chat.completion.chunk\","
                    + "\"created\":1767225600,\"model\":\"canned\",\"choices\":[{\"index\":0,"
                    + "\"delta\":{\"content\":\" quick\"},\"finish_reason\":null}]}\n\n";

    static final String USAGE_EVENT =
            "data: {\"id\":\"chatcmpl-0123456789abcdef\",\"object\":\"chat.completion.chunk\","
                    + "\"created\":1767225600,\"model\":\"canned\",\"choices\":[],"
                    + "\"usage\":{\"prompt_tokens\":17,\"completion_tokens\":50,"
                    + "\"total_tokens\":67}}\n\n";

    static final String ANSWER =
            "{\"id\":\"chatcmpl-0123456789abcdef\",\"object\":\"chat.completion\","
                    + "\"created\":1767225600,\"model\":\"canned\",\"choices\":[{\"index\":0,"
                    + "\"message\":{\"role\":\"assistant\",\"content\":\""
                    + "a quick brown fox ".repeat(100)
                    + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":17,"
                    + "\"completion_tokens\":500,\"total_tokens\":517}}";

    /** The fields that the provider's own Python library sends. */
    static final String REQUEST_HEAD =
            """
            POST /v1/chat/completions HTTP/1.1
            Host: gateway.example:4000
            Accept-Encoding: gzip, deflate
            Connection: keep-alive
            Accept: application/json
            Content-Type: application/json
            User-Agent: OpenAI/Python 1.99.9
            X-Stainless-Lang: python
            X-Stainless-Package-Version: 1.99.9
            X-Stainless-OS: Linux
            X-Stainless-Arch: x64
            X-Stainless-Runtime: CPython
            X-Stainless-Runtime-Version: 3.12.3
            Authorization: Bearer sk-caller-500-0123456789abcdef0123456789abcdef
            X-Stainless-Async: false
            x-stainless-retry-count: 0
            x-stainless-read-timeout: 600
            Content-Length: 1024

            """
                    .replace("\n", "\r\n");

    static final String RESPONSE_HEAD =
            """
            HTTP/1.1 200 OK
            Date: Sat, 01 Aug 2026 12:00:00 GMT
            Content-Type: text/event-stream; charset=utf-8
            Transfer-Encoding: chunked
            Connection: keep-alive
            access-control-expose-headers: X-Request-ID
            openai-organization: org-0123456789
            openai-processing-ms: 212
            openai-version: 2020-10-01
            x-ratelimit-limit-requests: 10000
            x-ratelimit-remaining-requests: 9999
            x-request-id: req_0123456789abcdef0123456789abcdef

            """
                    .replace("\n", "\r\n");

    private static final int KEYS = 1000;

    private Samples() {}

    /** A direct buffer that need not be released. */
    static ByteBuf buffer(String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        return Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }

    /** A chat request of about so many bytes. */
    static String body(int bytes) {
        CannedSpec spec = CannedSpec.stream(1, 0, 0);
        int around = Bodies.of(Profile.Shape.CHAT, "canned", spec, 0, true).length();
        return Bodies.of(
                Profile.Shape.CHAT,
                "canned",
                spec,
                bytes - around + spec.token().length() + 1,
                true);
    }

    /** A thousand keys, a hundred models and a pattern. */
    static Settings settings() {
        StringBuilder yaml = new StringBuilder("keys:\n");
        for (int i = 0; i < KEYS; i++) {
            yaml.append("  - {alias: caller-")
                    .append(i)
                    .append(", key: ")
                    .append(KEY.replace("500", Integer.toString(i)))
                    .append("}\n");
        }
        yaml.append("model_list:\n");
        model(yaml, "canned", "openai/canned");
        model(yaml, "canned", "openai/other");
        model(yaml, "\"any/*\"", "\"openai/*\"");
        for (int i = 0; i < KEYS / 10; i++) {
            model(yaml, "model-" + i, "openai/model-" + i);
        }
        return new SettingsLoader(Map.of(), List.of())
                .load(Path.of("benchmark.yaml"), yaml.toString().getBytes(UTF_8))
                .settings();
    }

    private static void model(StringBuilder yaml, String name, String model) {
        yaml.append("  - {model_name: ")
                .append(name)
                .append(", litellm_params: {model: ")
                .append(model)
                .append(", api_base: \"http://127.0.0.1:1/v1\", api_key: sk-up}}\n");
    }
}
